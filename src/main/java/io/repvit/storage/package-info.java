/**
 * Helpers for Hadoop file systems that all packages share: atomic small files, paths that are not
 * parsed as URIs, messages for failures of the store, redaction of credentials, request counts.
 *
 * <p>Entry types: {@link io.repvit.storage.WholeFile} and {@link io.repvit.storage.ObjectPath}. The
 * package must not know images, inputs, tables or runs.
 */
@NullMarked
package io.repvit.storage;

import org.jspecify.annotations.NullMarked;
