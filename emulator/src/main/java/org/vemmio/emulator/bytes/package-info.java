/// Little-endian numbers in byte arrays.
@NullMarked
package org.vemmio.emulator.bytes;

import org.jspecify.annotations.NullMarked;
