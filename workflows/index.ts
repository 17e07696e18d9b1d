export { authentication } from './authentication.js';
export { batchIndex } from './batch-index.js';
export { documentExpiry } from './document-expiry.js';
export { erasure } from './erasure.js';
export { photoUpdate as photo_update } from './photo-update.js';
export { reconciliation } from './reconciliation.js';
export { redaction } from './redaction.js';
export { registration } from './registration.js';
export { resolveDuplicate } from './resolve-duplicate.js';
