/** A face as its collection lists it; without a date, since Rekognition keeps none. */
export interface ListedFace {
  faceId: string;
  /** Undefined for a face somebody else put there. */
  externalImageId: string | undefined;
}

/** What collections hold, whatever rows say. Every method throws ApplicationFailure as `FaceIndex` does. */
export interface FaceCollections {
  /**
   * A page of a collection, or those of `faceIds` (4,096 at most) that are in it
   * (https://docs.aws.amazon.com/rekognition/latest/APIReference/API_ListFaces.html). Undefined: there is no such collection.
   */
  listFaces(request: {
    collection: string;
    /** 1–4096. */
    limit?: number;
    token?: string;
    faceIds?: readonly string[];
  }): Promise<{ faces: ListedFace[]; token?: string } | undefined>;
  /** About how many faces are in it (DescribeCollection). Undefined: there is no such collection. */
  countFaces(request: { collection: string }): Promise<number | undefined>;
}
