/**
 * Fixtures that tests and benchmarks of several rooms share.
 *
 * <p>{@link io.repvit.testing.S3Server} is a real S3 server in a process of its own. Nothing here
 * knows the code under test, but for {@link io.repvit.testing.TinyModels}, which makes models for
 * the tests of what runs them.
 */
@NullMarked
package io.repvit.testing;

import org.jspecify.annotations.NullMarked;
