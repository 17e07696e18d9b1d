import { object, withDefault } from './fields.js';
import { attributesWanted, facesOf, imageBytes, withLandmarks } from './images.js';
import { operation } from './operation.js';
import { attributes, image } from './shared-fields.js';

/** https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectFaces.html */
export const detectFaces = operation(
  object({ Image: image, Attributes: withDefault(attributes, []) }),
  async (context, { Image, Attributes }) => {
    const bytes = await imageBytes(context, Image);
    const wanted = { attributes: attributesWanted(Attributes), vectors: 0, filter: 'NONE' } as const;
    const faces = await facesOf(context, bytes, wanted);
    return { FaceDetails: faces.map(({ detail }) => withLandmarks(detail, Attributes)) };
  },
);
