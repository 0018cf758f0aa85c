package org.vemmio.zydis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownLibraryTest {
    private static final Path BUNDLED = LoadedLibrary.folderOf(ZydisLibrary.class)
            .resolve("META-INF/vemmio/zydis/libZydis.so.4.0");

    @Test
    void theBundledLibraryIsKnownAndATrialOfItGivesItsVersion() {
        assumeThat(BUNDLED).as("the build has bundled a library").exists();
        assertThat(KnownLibrary.BUNDLED.is(LibraryFile.of(BUNDLED))).isTrue();
        assertThat(ZydisLibrary.check(BUNDLED)).isEqualTo(KnownLibrary.BUNDLED.version());
    }

    @Test
    void anotherByteMakesALibraryUnknown(@TempDir Path folder) throws IOException {
        assumeThat(BUNDLED).as("the build has bundled a library").exists();
        byte[] content = Files.readAllBytes(BUNDLED);
        content[content.length / 2] ^= 1;
        Path other = Files.write(folder.resolve("libZydis.so"), content);
        assertThat(KnownLibrary.BUNDLED.is(LibraryFile.of(other))).isFalse();
    }
}
