package org.vemmio.zydis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryCopyTest {
    private static final String NAME = "libZydis.so.4.0";
    private static final byte[] CONTENT = new byte[100_000];

    @TempDir
    private Path folder;

    private TemporaryCopy copy() throws IOException {
        return TemporaryCopy.of(new ByteArrayInputStream(CONTENT), folder, NAME);
    }

    @Test
    void isForItsOwnerAloneUntilItIsClosed() throws IOException {
        try (TemporaryCopy copy = copy()) {
            assertThat(copy.path()).isAbsolute().hasBinaryContent(CONTENT);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.path())))
                    .isEqualTo("rw-------");
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void leavesNothingIfItCannotBeWritten() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("No space left on device");
            }
        };

        assertThatThrownBy(() -> TemporaryCopy.of(
                new SequenceInputStream(new ByteArrayInputStream(CONTENT), broken), folder, NAME))
                .isInstanceOf(IOException.class).hasMessage("No space left on device");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void clearsAwayWhatAKilledProcessLeft() throws IOException {
        Path another = aged(Files.writeString(folder.resolve("vemmio-1-other.so"), ""));
        Path link = Files.createSymbolicLink(folder.resolve("vemmio-2-" + NAME), another);
        Path left = copy().path();
        Path beingLoaded = copy().path();
        aged(left);
        try (TemporaryCopy copy = copy()) {
            assertThat(folder).isDirectoryNotContaining(left::equals);
            try (var files = Files.list(folder)) {
                assertThat(files).containsExactlyInAnyOrder(another, link, beingLoaded, copy.path());
            }
        }
    }

    private static Path aged(Path file) throws IOException {
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofMinutes(2))));
    }
}
