import type { ClientOptionsForTestEnv } from '@temporalio/testing';
import type { SearchAttributes } from '../../local/temporal/search-attributes.js';
import { searchAttributeTypes } from '../../workflows/search-attributes.js';
import { testDataConverter } from './data-converter.js';

/** What the clients of the shared test environments are made with, beside their connection. */
export const clientOptions: ClientOptionsForTestEnv = { dataConverter: testDataConverter };

/** The custom search attributes that both test servers know: those that workflows use. */
export const searchAttributes: SearchAttributes = searchAttributeTypes;
