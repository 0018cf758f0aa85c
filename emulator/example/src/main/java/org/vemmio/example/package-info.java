/// A simulator that embeds the engine.
@NullMarked
package org.vemmio.example;

import org.jspecify.annotations.NullMarked;
