package io.repvit.predict;

import io.repvit.source.ImageObject;

/**
 * An image that waits in a batch.
 *
 * @param sha256 hash of the encoded bytes, lower-case hex
 * @param width columns of the upright image, pixels
 * @param height rows of the upright image, pixels
 * @param format encoding: JPEG, PNG, WEBP
 */
public record DecodedObject(
    ImageObject object, String sha256, int width, int height, String format) {}
