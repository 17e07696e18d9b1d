export { authentication } from './authentication.js';
export { registration } from './registration.js';
