/**
 * Fixtures that tests and benchmarks of several rooms share.
 *
 * <p>{@link io.repvit.testing.S3Server} is a real S3 server in a process of its own. Nothing here
 * knows the code under test.
 */
@NullMarked
package io.repvit.testing;

import org.jspecify.annotations.NullMarked;
