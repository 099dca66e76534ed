package io.repvit.source;

import java.io.Serializable;

/**
 * How a task reads its images.
 *
 * @param maxEncodedBytes longest image that is read, bytes
 * @param window how far reading runs ahead
 * @param batch images that are taken at a time
 */
public record ReadOptions(long maxEncodedBytes, FetchWindow window, int batch)
    implements Serializable {}
