import { Router } from 'express';
import type { Policy } from '../../domain/policy.js';
import { renderList } from '../list-page.js';
import { findPolicy } from '../policies.js';
import { problems } from '../problem.js';

/** `/v1/policies`: what each flow asks of a person, as loaded when the API started. */
export function policyRoutes(policies: ReadonlyMap<string, Policy>): Router {
  const router = Router();
  router.get('/', (_request, response) => {
    response.json(renderList([...policies.values()], undefined));
  });
  router.get('/:name', (request, response) => {
    const policy = findPolicy(policies, request.params.name);
    if (!policy) throw problems.notFound('policy');
    response.json(policy);
  });
  return router;
}
