export { together } from '../domain/together.js';
