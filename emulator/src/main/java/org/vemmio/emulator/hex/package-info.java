/// Instruction bytes as people have them: hex in a dozen dresses.
///
/// [HexReader] takes plain and spaced hex, `0x` and `\x` tokens, C arrays, `xxd` and `hexdump -C` dumps, objdump
/// listings and the `Code:` line of a kernel oops, and gives [HexChunk]s.
@NullMarked
package org.vemmio.emulator.hex;

import org.jspecify.annotations.NullMarked;
