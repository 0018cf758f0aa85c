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
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.kernel.Context;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.TrapLabels;
import org.vemmio.emulator.recording.ProcessorState;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.Recording;
import org.vemmio.emulator.recording.TestTraps;
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
        "linux-6.12-handle-mmio-unreachable", "x86-64-hardware-int", "x86-64-hardware-vec", "linux-6.12-vc-handle-mmio",
        "x86-16-hardware", "x86-32-hardware", "x86-64-hardware-faults", "x86-64-hardware-vec-zen5"})
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
        ObjectNode node = (ObjectNode) JSON.readTree(line);
        Map.of("cr0", "0x80050033", "cr4", "0x41620", "xcr0", "0xe7").forEach((key, standard) -> {
            if (node.path(key).asString("").equals(standard)) {
                node.remove(key);
            }
        });
        if (node.get("sel") instanceof ObjectNode selectors) {
            selectors.removeIf(selector -> selector.asInt() == 0);
        }
        if (node.path("map").size() == 1 && node.at("/map/0/size").asInt() == 4096
                && node.at("/map/0/gla").equals(page(node.get("gla")))
                && node.at("/map/0/gpa").equals(page(node.get("gpa")))) {
            node.remove("map");
        }
        if (node.get("vec") instanceof ObjectNode vectors) {
            vectors.properties().stream().filter(entry -> entry.getValue().asString().matches("0+"))
                    .map(Map.Entry::getKey).toList().forEach(vectors::remove);
        }
        List.of("segs", "regs", "vec").forEach(key -> {
            if (node.path(key).isEmpty()) {
                node.remove(key);
            }
        });
        // Keys that the format does not know.
        node.remove("pf");
        if (node.get("expect") instanceof ObjectNode expect) {
            if (expect.path("rflags_mask").asString("").equals("0xcd5")) {
                expect.remove("rflags_mask");
            }
        }
        return node;
    }

    private static JsonNode page(JsonNode address) {
        long page = Long.parseUnsignedLong(address.asString().substring(2), 16) & -4096;
        return JSON.getNodeFactory().stringNode("0x" + Long.toHexString(page));
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
                "segs":{"es":"0xa0000"},"sel":{"cs":65535},\
                "vec":{"ymm1":"efcdab8967452301000000000000000000000000000000000000000000000080",\
                "zmm31":"%s01","k1":"0x8000000000000000","mm7":"0100000000000080"},\
                "gla":"0xa0000","gpa":"0xfffffffffffff","private":true,\
                "map":[{"gla":"0xa0000","gpa":"0xb0000","size":65536}],"mem":[{"gla":"0x1000","bytes":"00ff"}],\
                "cr0":"0x10","cr4":"0x0","xcr0":"0x1","limits":{"ds":"0xffff"},"context":"idle",\
                "mmio":[{"op":"w","gpa":"0xb0000","size":1,"value":"0x0"},\
                {"op":"r","gpa":"0xb0001","size":16,"value":"0x1000000000000000000000000000002"}],\
                "device":"vga","mnemonic":"movsb","processor":"zen5","assumed":["regs.rcx","mmio[0].value"],\
                "expect":{"outcome":"emulated","rip":"0x7c02","regs":{}}}
                """.formatted("00".repeat(63)));
        try (RecordingReader reader = RecordingReader.open(file)) {
            assertThat(reader.next()).isEqualTo(trap);
        }
    }

    private static void everyRegister(CpuState cpu) {
        cpu.setMode(CodeMode.CODE16);
        cpu.setCpl(3);
        cpu.setRip(0x7c00);
        cpu.setGpr(Gpr.RCX, 0x10);
        cpu.setRflags(2);
        cpu.setSegmentBase(Segment.ES, 0xa0000);
        cpu.setSegmentLimit(Segment.DS, 0xffff);
        cpu.setSegmentSelector(Segment.CS, 0xffff);
        cpu.setVector(1, 0, 0x0123_4567_89ab_cdefL);
        cpu.setVector(1, 3, Long.MIN_VALUE);
        cpu.setVector(31, 7, 1L << 56);
        cpu.setMask(1, Long.MIN_VALUE);
        cpu.setMmx(7, Long.MIN_VALUE + 1);
        cpu.setCr0(0x10);
        cpu.setCr4(0);
        cpu.setXcr0(1);
    }

    private static RecordedTrap everything() {
        byte[] wide = new byte[16];
        wide[0] = 2;
        wide[15] = 1;
        return RecordedTrap.builder()
                .before(ProcessorState.of(RecordingWriterTest::everyRegister)).code((byte) 0xf3, (byte) 0xa4)
                .address(0xa0000, (1L << 52) - 1).privateAddress(true)
                .window(new DeviceWindow(0xa0000, 0xb0000, 0x10000))
                .memory(new ByteRange(0x1000, new byte[] {0, -1}))
                .context(Context.Kind.IDLE)
                .access(DeviceAccess.write(0xb0000, new byte[1]))
                .access(DeviceAccess.read(0xb0001, wide))
                .labels(new TrapLabels("vga", "movsb", "zen5")).assumed(List.of("regs.rcx", "mmio[0].value"))
                .expect(Expectation.Emulated.at(0x7c02))
                .build();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{'outcome':'emulated','regs':{},'remaining':true}",
        "{'outcome':'emulated','regs':{},'vec':{'ymm3':'%1$s','zmm4':'%1$s%1$s','k1':'0x0','mm2':'0000000000000000'}}",
        "{'outcome':'emulated','regs':{},'x87':{'cw':0,'sw':65535,'tag':1,'st0':'0102030405060708090a'}}",
        "{'outcome':'emulated','regs':{},'x87':{'st7':'00000000000000000000'}}",
        "{'outcome':'failure','errno':'EIO','end':'terminate','check':'a','where':'b','vector':3,'error_code':0}",
        "{'outcome':'exception','vector':14,'error_code':4294967295,'cr2':'0xffffffffffffffff'}",
        "{'outcome':'exception','vector':13,'rip':'0x1','regs':{'rcx':'0x1','rflags':'0x2'},'rflags_mask':'0x3',"
                + "'vec':{'ymm0':'%1$s'},'mem':[{'gla':'0x5000','bytes':'00'}]}",
        "{'outcome':'exception','vector':13,'regs':{'rcx':'0x1'},'rflags_mask':'0xcd5'}",
        "{'outcome':'failure','end':'skip','rip':'0x1','regs':{'rax':'0x1'},'rflags_mask':'0xffffffffffffffff'}"})
    void writesWhatMustComeOutAsItWasRead(String expectation) throws IOException {
        String expected = expectation.formatted("00".repeat(32)).replace('\'', '"');
        for (String map : List.of("", ",\"map\":[]")) {
            String line = """
                    {"mode":64,"cpl":0,"rip":"0x0","code":"","regs":{},"gla":"0x0","gpa":"0x0"%s,\
                    "mem":[{"gla":"0x5000","bytes":"00"}],"expect":%s}""".formatted(map, expected);
            assertWrittenAsRead(line);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "'backing':{'gpa':'0x3000','bytes':'0001'},'volatile':{'gpa':'0x3001','size':1,'then':'0x0'}",
        "'backing':{'gpa':'0x0','bytes':'%1$s'},'volatile':{'gpa':'0x0','size':8,'then':'0xfedcba9876543210'}",
        "'backing':{'gpa':'0x1','bytes':'%1$s'},'volatile':{'gpa':'0x3','size':3,'then':'0x12345'}"})
    void writesDevicesAsTheyWereRead(String devices) throws IOException {
        assertWrittenAsRead("""
                {"mode":64,"cpl":0,"rip":"0x0","code":"","regs":{},"gla":"0x0","gpa":"0x0",%s}""".formatted(
                devices.formatted("00".repeat(8)).replace('\'', '"')));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{'cw':0,'sw':63488,'tag':0,'st1':'00000000000000000000','st7':'00000000000000000080'}",
        "{'sw':14336,'st0':'0000000000000080ff3f','st1':'0102030405060708ffbf'}",
        "{'sw':1}",
        "{'tag':32768}"})
    void writesX87RegistersAsTheyWereRead(String registers) throws IOException {
        assertWrittenAsRead("""
                {"mode":64,"cpl":0,"rip":"0x0","code":"","regs":{},"x87":%s,"gla":"0x0","gpa":"0x0"}""".formatted(
                registers.replace('\'', '"')));
    }

    private void assertWrittenAsRead(String line) throws IOException {
        Path file = folder.resolve("one.jsonl");
        write(file, "", "", List.of(TestTraps.of(line)));
        assertThat(file).content().endsWith("\n" + line + "\n");
    }

    @Test
    void writesWhichProcessorItWas() throws IOException {
        Path file = folder.resolve("one.jsonl");
        try (RecordingWriter writer = RecordingWriter.create(file, "", "")) {
            writer.processor("zen5");
            writer.finish();
        }
        try (RecordingReader reader = RecordingReader.open(file)) {
            assertThat(reader.header()).isEqualTo(new Recording("", "", "zen5", 0));
        }
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
