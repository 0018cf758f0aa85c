package org.vemmio.emulator.recording.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.kernel.Context;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.RecordedTrap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class RecordingWriterTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    /// Judged by the JSON itself, so that reader and writer cannot agree on losing something.
    @ParameterizedTest
    @ValueSource(strings = {"linux-6.1-cloud-q35-boot", "linux-6.1-drivers-q35", "linux-6.12-handle-mmio-reachable",
        "linux-6.12-handle-mmio-unreachable", "x86-64-hardware-int", "x86-64-hardware-vec"})
    void writesWhatWasRead(String name) throws IOException {
        Path copy = folder.resolve("copy.jsonl.gz");
        try (RecordingReader reader = RecordingReader.ofResource(name)) {
            write(copy, reader.header().title(), reader.header().source(), reader.stream().toList());
        }
        try (BufferedReader original = lines(resource(name));
                BufferedReader written = lines(Files.newInputStream(copy))) {
            for (String line = original.readLine(); line != null; line = original.readLine()) {
                assertThat(normalised(written.readLine())).isEqualTo(normalised(line));
            }
            assertThat(written.readLine()).isNull();
        }
    }

    /// Without what says no more than the default does.
    private static JsonNode normalised(String line) {
        JsonNode node = JSON.readTree(line);
        if (node.get("expect") instanceof ObjectNode expect) {
            if (expect.path("rflags_mask").asString("").equals("0xcd5")) {
                expect.remove("rflags_mask");
            }
        }
        return node;
    }

    private static InputStream resource(String name) {
        return RecordingWriterTest.class.getClassLoader()
                .getResourceAsStream("META-INF/vemmio/recordings/" + name + ".jsonl.gz");
    }

    private static BufferedReader lines(InputStream in) throws IOException {
        return new BufferedReader(new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8));
    }

    @Test
    void writesEveryKeyInAFixedOrder() throws IOException {
        RecordedTrap trap = everything();
        Path file = folder.resolve("one.jsonl");
        write(file, "a \"title\"", "", List.of(trap));
        assertThat(file).content().isEqualTo("""
                {"vemmio":"recording","version":1,"title":"a \\"title\\"","source":"","traps":1}
                {"mode":16,"cpl":3,"rip":"0x7c00","code":"f3a4","regs":{"rcx":"0x10","rflags":"0x2"},\
                "segs":{"es":"0xa0000"},\
                "vec":{"ymm1":"efcdab8967452301000000000000000000000000000000000000000000000080"},\
                "gla":"0xa0000","gpa":"0xffffffffffffffff","private":true,\
                "map":[{"gla":"0xa0000","gpa":"0xb0000","size":65536}],"mem":[{"gla":"0x1000","bytes":"00ff"}],\
                "cr0":"0x10","cr4":"0x0","xcr0":"0x1","limits":{"ds":"0xffff"},"context":"idle",\
                "mmio":[{"op":"w","gpa":"0xb0000","size":1,"value":"0x0"},\
                {"op":"r","gpa":"0xb0001","size":16,"value":"0x1000000000000000000000000000002"}],\
                "device":"vga","mnemonic":"movsb","expect":{"outcome":"emulated","rip":"0x7c02","regs":{}}}
                """);
        try (RecordingReader reader = RecordingReader.open(file)) {
            assertThat(reader.next()).isEqualTo(trap);
        }
    }

    private static RecordedTrap everything() {
        byte[] wide = new byte[16];
        wide[0] = 2;
        wide[15] = 1;
        return RecordedTrap.builder()
                .mode(CodeMode.CODE16).cpl(3).rip(0x7c00).code((byte) 0xf3, (byte) 0xa4)
                .gpr(Gpr.RCX, 0x10).rflags(2).segmentBase(Segment.ES, 0xa0000)
                .vector(1, List.of(0x0123_4567_89ab_cdefL, 0L, 0L, Long.MIN_VALUE))
                .address(0xa0000, -1).privateAddress(true)
                .window(new DeviceWindow(0xa0000, 0xb0000, 0x10000))
                .memory(new ByteRange(0x1000, new byte[] {0, -1}))
                .cr0(0x10).cr4(0).xcr0(1).segmentLimit(Segment.DS, 0xffff).context(Context.Kind.IDLE)
                .access(DeviceAccess.write(0xb0000, new byte[1]))
                .access(DeviceAccess.read(0xb0001, wide))
                .device("vga").mnemonic("movsb")
                .expect(Expectation.Emulated.at(0x7c02))
                .build();
    }

    @Test
    void givesTheSameBytesForTheSameTraps() throws IOException {
        List<RecordedTrap> traps;
        try (RecordingReader reader = RecordingReader.ofResource("x86-64-hardware-vec")) {
            traps = reader.stream().limit(200).toList();
        }
        Path first = folder.resolve("first.jsonl.gz");
        Path second = folder.resolve("second.jsonl.gz");
        write(first, "t", "s", traps);
        try (RecordingReader reader = RecordingReader.open(first)) {
            write(second, "t", "s", reader.stream().toList());
        }
        assertThat(second).hasSameBinaryContentAs(first);
    }

    @Test
    void leavesNothingWithoutFinishing() throws IOException {
        Path file = folder.resolve("some.jsonl.gz");
        Files.writeString(file, "what was there");
        try (RecordingWriter writer = RecordingWriter.create(file, "", "")) {
            writer.write(everything());
            assertThat(file).hasContent("what was there");
        }
        assertThat(file).hasContent("what was there");
        assertThat(folder).isDirectoryContaining(path -> path.equals(file)).isDirectoryNotContaining(
                path -> !path.equals(file));
    }

    @Test
    void replacesTheFileOnFinishing() throws IOException {
        Path file = folder.resolve("some.jsonl");
        Files.writeString(file, "what was there");
        write(file, "", "", List.of());
        assertThat(file).content().isEqualTo("""
                {"vemmio":"recording","version":1,"title":"","source":"","traps":0}
                """);
        assertThat(folder).isDirectoryNotContaining(path -> !path.equals(file));
    }

    @Test
    void needsAFolder() {
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(
                () -> RecordingWriter.create(folder.resolve("no/such.jsonl"), "", ""));
    }

    private static void write(Path file, String title, String source, List<RecordedTrap> traps) throws IOException {
        try (RecordingWriter writer = RecordingWriter.create(file, title, source)) {
            for (RecordedTrap trap : traps) {
                writer.write(trap);
            }
            writer.finish();
        }
    }
}
