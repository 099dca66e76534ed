/**
 * Files that images could be in the worst of worlds. The same seed gives the same file; {@link
 * io.repvit.testing.hostile.HostileImages} writes them by the thousand.
 */
@NullMarked
package io.repvit.testing.hostile;

import org.jspecify.annotations.NullMarked;
