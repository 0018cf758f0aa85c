/// ELF files, as far as their sections go.
@NullMarked
package org.vemmio.emulator.elf;

import org.jspecify.annotations.NullMarked;
