/**
 * What a run leaves in a file system, from its first claim to its published tables: {@link
 * io.repvit.run.RunKey}, {@link io.repvit.run.Staging}, {@link io.repvit.run.Lease}, {@link
 * io.repvit.run.Publisher}.
 *
 * <p>Knows nothing of images, models or how rows are made.
 */
@NullMarked
package io.repvit.run;

import org.jspecify.annotations.NullMarked;
