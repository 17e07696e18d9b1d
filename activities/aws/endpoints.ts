import type { Environment } from '../../configuration/environment.js';

/** A service, as the SDK spells it in the names of its variables. */
export type AwsService = 'DYNAMODB' | 'S3' | 'REKOGNITION' | 'TEXTRACT';

/**
 * The endpoint that variables name for a service, found as the SDK finds it: the service's own variable, then the one for
 * all, and an empty one is none
 * ([service-specific endpoints](https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html)).
 * @returns undefined: the SDK takes AWS's own, or one of the shared config file
 */
export function endpointOf(service: AwsService, environment: Environment = process.env): string | undefined {
  return environment[`AWS_ENDPOINT_URL_${service}`] || environment.AWS_ENDPOINT_URL || undefined;
}

/**
 * Whether AWS answers there: no endpoint is named, or one in AWS's domains, as those of VPCs
 * (https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html) and those for IPv6 too
 * (https://docs.aws.amazon.com/general/latest/gr/rande.html#dual-stack-endpoints) are.
 */
export function isAws(endpoint: string | undefined): boolean {
  if (endpoint === undefined) return true;
  return URL.canParse(endpoint) && /\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(new URL(endpoint).hostname);
}
