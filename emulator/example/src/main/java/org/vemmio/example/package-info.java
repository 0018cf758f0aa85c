/// A simulator that embeds the engine, and a handler of its own.
@NullMarked
package org.vemmio.example;

import org.jspecify.annotations.NullMarked;
