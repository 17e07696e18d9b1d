import { DetectTextCommand, type RekognitionClient } from '@aws-sdk/client-rekognition';
import { AnalyzeIDCommand, type TextractClient } from '@aws-sdk/client-textract';
import type { Probe } from './probe.js';

const NO_PHOTO = { Bytes: new TextEncoder().encode('no photo') };

/** Both readers of documents, with something that is no document: nothing can be read, and nothing is charged. */
export function textProbes(clients: { rekognition: RekognitionClient; textract: TextractClient }): Probe[] {
  return [
    {
      action: 'rekognition:DetectText',
      resource: '*',
      run: () => clients.rekognition.send(new DetectTextCommand({ Image: NO_PHOTO })),
      answers: ['InvalidImageFormatException', 'InvalidParameterException'],
    },
    {
      action: 'textract:AnalyzeID',
      resource: '*',
      run: () => clients.textract.send(new AnalyzeIDCommand({ DocumentPages: [NO_PHOTO] })),
      answers: ['UnsupportedDocumentException', 'BadDocumentException', 'InvalidParameterException'],
    },
  ];
}
