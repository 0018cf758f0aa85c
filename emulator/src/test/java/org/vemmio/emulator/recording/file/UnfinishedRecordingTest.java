package org.vemmio.emulator.recording.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.TestTraps;

/// What a writer leaves, does not leave, and refuses when a recording does not come to its end.
class UnfinishedRecordingTest {
    private static final RecordedTrap TRAP = TestTraps.of("""
            {"mode":64,"cpl":0,"rip":"0x0","code":"8a07","regs":{},"gla":"0x0","gpa":"0x0"}""");

    @TempDir
    private Path folder;

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Path::getFileName).map(Path::toString).sorted().toList();
        }
    }

    private Path file() {
        return folder.resolve("a.jsonl.gz");
    }

    @Test
    void takesNothingAfterItsEnd() throws IOException {
        try (RecordingWriter writer = RecordingWriter.create(file(), "", "")) {
            writer.write(TRAP);
            writer.finish();
            assertThatIllegalStateException().isThrownBy(() -> writer.write(TRAP)).withMessage("nothing more can be "
                    + "written to " + file() + ": its writer is finished or closed, or has failed");
            assertThatIllegalStateException().isThrownBy(writer::finish);
        }
        try (RecordingReader reader = RecordingReader.open(file())) {
            assertThat(reader.stream()).containsExactly(TRAP);
        }
    }

    @Test
    void takesNothingAfterItIsClosed() throws IOException {
        RecordingWriter writer = RecordingWriter.create(file(), "", "");
        writer.close();
        writer.close();
        assertThatIllegalStateException().isThrownBy(() -> writer.write(TRAP));
        assertThatIllegalStateException().isThrownBy(writer::finish);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void clearsAwayWhatAKilledProcessLeft() throws Exception {
        Process killed = holding(file());
        assertThat(names()).hasSize(1);
        killed.destroyForcibly().waitFor();
        assertThat(names()).hasSize(1);
        List<String> notOfThisFile = List.of(".b.a.jsonl.gz.1f.unfinished", ".a.jsonl.gz.x.unfinished", ".a.jsonl.gz.1f",
                ".a.jsonl.gz.1f.2.unfinished");
        for (String name : notOfThisFile) {
            Files.writeString(folder.resolve(name), "");
        }
        try (RecordingWriter writer = RecordingWriter.create(file(), "", "")) {
            writer.finish();
        }
        assertThat(names()).containsExactlyInAnyOrderElementsOf(
                Stream.concat(notOfThisFile.stream(), Stream.of("a.jsonl.gz")).toList());
    }

    @Test
    void leavesAloneWhatAnotherProcessWrites() throws Exception {
        Process writing = holding(file());
        List<String> before = names();
        try (RecordingWriter writer = RecordingWriter.create(file(), "", "")) {
            writer.finish();
        }
        assertThat(names()).containsAll(before).hasSize(2);
        writing.getOutputStream().close();
        assertThat(writing.waitFor()).isZero();
        assertThat(names()).containsExactly("a.jsonl.gz");
    }

    @Test
    void leavesAloneWhatAnotherWriterOfTheProcessWrites() throws IOException {
        try (RecordingWriter first = RecordingWriter.create(file(), "first", "")) {
            first.write(TRAP);
            try (RecordingWriter second = RecordingWriter.create(file(), "second", "")) {
                second.finish();
            }
            first.finish();
        }
        try (RecordingReader reader = RecordingReader.open(file())) {
            assertThat(reader.header().title()).isEqualTo("first");
            assertThat(reader.stream()).containsExactly(TRAP);
        }
        assertThat(names()).containsExactly("a.jsonl.gz");
    }

    @Test
    void replacesWhatALinkPointsToAndNothingThatIsNoFile() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.jsonl"), Files.createFile(file()));
        try (RecordingWriter writer = RecordingWriter.create(link, "", "")) {
            writer.finish();
        }
        assertThat(link).isSymbolicLink().content().startsWith("{\"vemmio\":\"recording\"");
        for (Path noFile : List.of(folder, Path.of("/dev/null"))) {
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> RecordingWriter.create(noFile, "", ""))
                    .withMessage(noFile + ": not a file, so it cannot be replaced by one");
        }
    }

    @Test
    void tellsWhatCannotBeWrittenAndLeavesNothing() throws IOException {
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
            try (RecordingWriter writer = RecordingWriter.create(file(), "", "")) {
                // Something takes the place of the file meanwhile.
                Files.createDirectories(file().resolve("in-the-way"));
                writer.write(TRAP);
                writer.finish();
            }
        }).withMessageStartingWith(file() + ": cannot be written: ").withMessageNotContaining("\n");
        assertThat(names()).containsExactly("a.jsonl.gz");
    }

    /// A process that writes a recording until its standard input ends.
    private static Process holding(Path file) throws IOException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path") + ":" + System.getProperty("jdk.module.path", ""),
                Holding.class.getName(), file.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        assertThat(process.getInputStream().read()).isEqualTo('.');
        return process;
    }

    /// The process.
    static final class Holding {
        private Holding() {
        }

        public static void main(String... file) throws IOException {
            try (RecordingWriter writer = RecordingWriter.create(Path.of(file[0]), "", "")) {
                writer.write(TRAP);
                System.out.print('.');
                System.out.flush();
                System.in.readAllBytes();
                writer.finish();
            }
        }
    }
}
