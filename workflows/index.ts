export { authentication } from './authentication.js';
export { erasure } from './erasure.js';
export { registration } from './registration.js';
