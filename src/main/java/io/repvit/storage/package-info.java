/**
 * What every room needs of a Hadoop file system: whole-file reads and writes, object names without
 * URI parsing, store failures in plain words, redaction of credentials, request counts.
 *
 * <p>Enter by {@link io.repvit.storage.WholeFile} and {@link io.repvit.storage.ObjectPath}. Knows
 * nothing of images, inputs, tables or runs.
 */
@NullMarked
package io.repvit.storage;

import org.jspecify.annotations.NullMarked;
