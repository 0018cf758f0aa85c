package org.vemmio.emulator.importing;

import java.util.Optional;
import org.vemmio.emulator.elf.ElfImage;

/// What an importer reads.
///
/// @param lines the text
/// @param image the image with the code, where one is given
public record ImportSource(SourceLines lines, Optional<ElfImage> image) {
}
