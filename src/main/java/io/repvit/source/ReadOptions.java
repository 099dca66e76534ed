package io.repvit.source;

import java.io.Serializable;

/**
 * Options for reading the images of a task.
 *
 * @param maxEncodedBytes largest encoded image, bytes
 * @param window limits of reading ahead
 * @param batch number of images that the consumer takes at a time
 */
public record ReadOptions(long maxEncodedBytes, FetchWindow window, int batch)
    implements Serializable {}
