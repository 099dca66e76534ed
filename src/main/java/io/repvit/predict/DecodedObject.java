package io.repvit.predict;

import io.repvit.image.ImageMeasures;
import io.repvit.source.SourceObject;

/**
 * Source object and properties of an image that was decoded.
 *
 * @param sha256 hash of the encoded bytes, lower-case hex
 * @param width columns of the upright image, pixels
 * @param height rows of the upright image, pixels
 * @param format image format, such as JPEG
 * @param measures measures that the options of the run ask for
 */
public record DecodedObject(
    SourceObject object,
    String sha256,
    int width,
    int height,
    String format,
    ImageMeasures measures) {}
