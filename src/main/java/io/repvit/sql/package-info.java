/**
 * The functions that Spark SQL gets from this jar.
 *
 * <p>Entry type: {@link io.repvit.sql.RepVitFunctions}, which Spark finds by itself.
 */
@NullMarked
package io.repvit.sql;

import org.jspecify.annotations.NullMarked;
