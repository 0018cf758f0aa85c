/// Benchmarks: `mvn -Pbenchmark -DskipTests verify`, with JMH's own arguments in `-Djmh="…"`.
@NullMarked
package org.vemmio.emulator.benchmark;

import org.jspecify.annotations.NullMarked;
