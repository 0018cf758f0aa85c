/// The architectural repertoire: what the processor does, a file for each family of instructions.
@NullMarked
package org.vemmio.emulator.instruction;

import org.jspecify.annotations.NullMarked;
