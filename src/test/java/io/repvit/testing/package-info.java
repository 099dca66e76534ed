/**
 * Fixtures that tests and benchmarks of several rooms share.
 *
 * <p>{@link io.repvit.testing.LocalSpark} is the Spark session of a test class, {@link
 * io.repvit.testing.Await} waits for a condition, and {@link io.repvit.testing.S3Server} is a real
 * S3 server in a process of its own. Only {@link io.repvit.testing.TinyModels} uses the code under
 * test: it makes models.
 */
@NullMarked
package io.repvit.testing;

import org.jspecify.annotations.NullMarked;
