package org.vemmio.emulator.recording.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.linux.MmioType;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.kernel.Context;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.DeviceAccess;
import org.vemmio.emulator.outcome.Errno;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.DeviceWindow;
import org.vemmio.emulator.recording.Devices;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.KernelDecoding;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.Recording;
import org.vemmio.emulator.recording.StateAfter;
import org.vemmio.emulator.recording.VectorRegisters;
import org.vemmio.emulator.recording.X87Registers;

class RecordingReaderTest {
    private static final HexFormat HEX = HexFormat.of();

    @ParameterizedTest
    @CsvSource({
        "linux-6.1-cloud-q35-boot, 4170, 0",
        "linux-6.1-drivers-q35, 49633, 0",
        "linux-6.12-handle-mmio-reachable, 6000, 6000",
        "linux-6.12-handle-mmio-unreachable, 2500, 2500",
        "x86-64-hardware-int, 7148, 7148",
        "x86-64-hardware-vec, 2585, 2585",
        "linux-6.12-vc-handle-mmio, 4000, 4000",
        "x86-16-hardware, 1500, 1500",
        "x86-32-hardware, 1500, 1500",
        "x86-64-hardware-faults, 1500, 1500",
        "x86-64-hardware-vec-zen5, 1500, 1500"})
    void readsTheRecordings(String name, long traps, long judged) {
        try (RecordingReader reader = RecordingReader.ofResource(name)) {
            assertThat(reader.header().traps()).isEqualTo(traps);
            assertThat(reader.header().title()).isNotEmpty();
            long[] counts = new long[2];
            reader.stream().forEach(trap -> {
                counts[0]++;
                assertThat(trap.line()).isEqualTo((int) counts[0] + 1);
                counts[1] += trap.expectation().isPresent() ? 1 : 0;
            });
            assertThat(counts).containsExactly(traps, judged);
        }
    }

    @Test
    void readsEveryKey() {
        RecordedTrap trap = only("""
                {"mode":32,"cpl":3,"rip":"0xfffffff0","code":"8b07","regs":{"rax":"0x1","r15":"0xffffffffffffffff",\
                "rflags":"0x246"},"segs":{"cs":"0x20","fs":"0xffff888000000000"},\
                "vec":{"ymm9":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"},\
                "gla":"0x2004","gpa":"0xfee00004","private":true,\
                "map":[{"gla":"0x2000","gpa":"0xfee00000","size":4096},{"gla":"0x5000","gpa":"0x1000","size":3}],\
                "mem":[{"gla":"0x3000","bytes":"aabbcc"}],"cr0":"0x1","cr4":"0x2","xcr0":"0x3",\
                "limits":{"cs":"0xffff","gs":"0x0"},"context":"interrupt",\
                "mmio":[{"op":"r","gpa":"0xfee00004","size":4,"value":"0x12345678"},\
                {"op":"w","gpa":"0xfee00008","size":2,"value":"0xabcdef01"},\
                {"op":"r","gpa":"0xfee00010","size":16,"value":"0x10f0e0d0c0b0a090807060504030201"}],\
                "device":"lapic","mnemonic":"mov",\
                "expect":{"outcome":"emulated","rip":"0x2","regs":{"rbx":"0x5","rflags":"0x1"},"rflags_mask":"0x41",\
                "vec":{"ymm0":"0100000000000000020000000000000003000000000000000400000000000000"},\
                "mem":[{"gla":"0x3000","bytes":"aabbdd"}],"linux":{"type":"READ","length":2,"size":4}}}""");

        CpuState cpu = new CpuState();
        cpu.setMode(CodeMode.CODE32);
        cpu.setCpl(3);
        cpu.setRip(0xffff_fff0L);
        cpu.setGpr(Gpr.RAX, 1);
        cpu.setGpr(Gpr.R15, -1);
        cpu.setRflags(0x246);
        cpu.setSegmentBase(Segment.CS, 0x20);
        cpu.setSegmentBase(Segment.FS, 0xffff_8880_0000_0000L);
        cpu.setVector(9, 0, 0x0706_0504_0302_0100L);
        cpu.setVector(9, 1, 0x0f0e_0d0c_0b0a_0908L);
        cpu.setVector(9, 2, 0x1716_1514_1312_1110L);
        cpu.setVector(9, 3, 0x1f1e_1d1c_1b1a_1918L);
        cpu.setCr0(1);
        cpu.setCr4(2);
        cpu.setXcr0(3);
        cpu.setSegmentLimit(Segment.CS, 0xffff);
        cpu.setSegmentLimit(Segment.GS, 0);
        assertThat(trap.cpu()).isEqualTo(cpu);
        assertThat(trap.trap()).isEqualTo(new Trap(Trap.EPT_VIOLATION, 0, 0x2004, 0xfee0_0004L, true));
        assertThat(trap.context()).isEqualTo(Context.Kind.INTERRUPT);
        assertThat(trap.accesses()).containsExactly(
                DeviceAccess.read(0xfee0_0004L, HEX.parseHex("78563412")),
                DeviceAccess.write(0xfee0_0008L, HEX.parseHex("01ef")),
                DeviceAccess.read(0xfee0_0010L, HEX.parseHex("0102030405060708090a0b0c0d0e0f01")));
        assertThat(trap.device()).isEqualTo("lapic");
        assertThat(trap.mnemonic()).isEqualTo("mov");
        assertThat(trap.expectation()).contains(new Expectation.Emulated(new StateAfter(OptionalLong.of(2),
                Map.of(Gpr.RBX, 5L), OptionalLong.of(1), Rflags.CF | Rflags.ZF,
                new VectorRegisters(Map.of(0, List.of(1L, 2L, 3L, 4L)), Map.of(), Map.of()), X87Registers.NONE,
                Optional.empty(), List.of(new ByteRange(0x3000, HEX.parseHex("aabbdd")))), false,
                Optional.of(KernelDecoding.of(MmioType.READ, 2, 4))));

        MemoryMap memory = trap.memory();
        byte[] code = new byte[15];
        assertThat(memory.fetch(0x10, code, 15)).as("CS base and RIP wrap around at 4 GiB").isEqualTo(2);
        assertThat(code).startsWith(0x8b, 0x07);
        assertThat(memory.translate(0x2ffc, 1, false, false)).isEqualTo(0xfee0_0ffcL);
        assertThat(memory.translate(0x5002, 1, false, false)).isEqualTo(0x1002);
        assertThat(memory.contents(0x3000, 3)).isEqualTo(HEX.parseHex("aabbcc"));
        assertThat(memory.translate(0x5003, 1, false, true))
                .isEqualTo(LinearMemory.fault(LinearMemory.PF_USER));
        assertThat(memory.translate(0x3003, 1, true, false))
                .isEqualTo(LinearMemory.fault(LinearMemory.PF_WRITE));
    }

    @Test
    void knowsTheDefaults() {
        RecordedTrap trap = only("""
                {"rip":"0xffffffff81000000","code":"","gla":"0xffff888000000ffc","gpa":"0xfee00ffc"}""");
        CpuState cpu = new CpuState();
        cpu.setRip(0xffff_ffff_8100_0000L);
        cpu.setRflags(0);
        assertThat(trap.cpu()).isEqualTo(cpu);
        assertThat(trap.trap()).isEqualTo(Trap.at(0xffff_8880_0000_0ffcL, 0xfee0_0ffcL));
        assertThat(trap.guestMemory().windows()).containsExactly(
                new DeviceWindow(0xffff_8880_0000_0000L, 0xfee0_0000L, 4096));
        assertThat(trap.memory().translate(0xffff_8880_0000_0ffcL, 1, false, false)).isEqualTo(0xfee0_0ffcL);
        assertThat(trap.guestMemory().ranges()).isEmpty();
        assertThat(trap.accesses()).isEmpty();
        assertThat(trap.backing()).isEmpty();
        assertThat(trap.expectation()).isEmpty();
        assertThat(trap.context()).isEqualTo(Context.Kind.TASK);
        assertThat(trap.device()).isEmpty();
        assertThat(trap.mnemonic()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsWhetherTheAddressIsPrivate(boolean told) {
        RecordedTrap trap = only("""
                {"rip":"0x0","code":"","gla":"0x0","gpa":"0x0","private":%s}""".formatted(told));
        assertThat(trap.trap().privateAddress()).isEqualTo(told);
        assertThat(trap.trap().privateAddress()).isEqualTo(told);
    }

    @Test
    void readsWhatMustComeOut() {
        assertThat(expectation("{'outcome':'failure','errno':'EIO','linux':{'type':'DECODE_FAILED'}}")).isEqualTo(
                new Expectation.Failed(Optional.of(Errno.EIO), Optional.empty(), Expectation.Event.ANY, "", "",
                        StateAfter.UNTOLD, Optional.of(KernelDecoding.failed())));
        assertThat(expectation("{'outcome':'failure'}")).isEqualTo(
                new Expectation.Failed(Optional.empty(), Optional.empty(), Expectation.Event.ANY, "", "",
                        StateAfter.UNTOLD, Optional.empty()));
        assertThat(expectation("{'outcome':'exception','vector':17}")).isEqualTo(
                Expectation.Exception.of(17));
        assertThat(expectation("{'outcome':'emulated','rip':'0x2'}")).isEqualTo(Expectation.Emulated.at(2));
        assertThat(StateAfter.DEFAULT_MASK).isEqualTo(0xcd5);
        assertThat(expectation("{'backing':'ff','outcome':'emulated','rip':'0x2'},"
                + "'backing':{'gpa':'0x7','bytes':'00'}"))
                .as("the expectation may stand before the device it is about")
                .isEqualTo(new Expectation.Emulated(StateAfter.UNTOLD.withRip(2)
                        .withBacking(new ByteRange(7, new byte[] {-1})), false, Optional.empty()));
    }

    @Test
    void readsWhatWasAddedToTheFormat() {
        RecordedTrap trap = only("""
                {"rip":"0x0","code":"","gla":"0x0","gpa":"0x0","map":[],"sel":{"cs":16,"gs":65535},\
                "vec":{"zmm0":"%s01","ymm31":"%s02","k7":"0x8000000000000000","mm1":"0300000000000080"},\
                "x87":{"st1":"0102030405060708090a","st0":"ff00000000000000ff3f","tag":"0xfffc","sw":14336,"cw":639},\
                "volatile":{"then":"0x12","size":2,"gpa":"0x31"},"backing":{"gpa":"0x30","bytes":"aabbccdd"},\
                "processor":"zen5","assumed":["gpa","regs.rsi"]}""".formatted("00".repeat(63), "00".repeat(31)));
        CpuState cpu = new CpuState();
        cpu.setRflags(0);
        cpu.setSegmentSelector(Segment.CS, 16);
        cpu.setSegmentSelector(Segment.GS, 0xffff);
        cpu.setVector(0, 7, 1L << 56);
        cpu.setVector(31, 3, 2L << 56);
        cpu.setMask(7, Long.MIN_VALUE);
        cpu.setMmx(1, 0x8000_0000_0000_0003L);
        cpu.setX87Control(0x27f);
        cpu.setX87Status(0x3800);
        cpu.setX87Tag(0xfffc);
        cpu.setMmx(7, 0xff);
        cpu.setX87Exponent(7, 0x3fff);
        cpu.setMmx(0, 0x0807_0605_0403_0201L);
        cpu.setX87Exponent(0, 0x0a09);
        assertThat(trap.cpu()).isEqualTo(cpu);
        assertThat(trap.guestMemory().windows()).isEmpty();
        assertThat(trap.devices()).isEqualTo(new Devices.Backing(new ByteRange(0x30, HEX.parseHex("aabbccdd")),
                Optional.of(new ByteRange(0x31, HEX.parseHex("1200")))));
        assertThat(trap.labels().processor()).isEqualTo("zen5");
        assertThat(trap.assumed()).containsExactly("gpa", "regs.rsi");

        assertThat(expectation("{'outcome':'failure','end':'inject','vector':13,'error_code':4294967295,"
                + "'check':'page-split','where':'file.c:function','regs':{'rax':'0x1'}}")).isEqualTo(
                new Expectation.Failed(Optional.empty(), Optional.of(Expectation.End.INJECT),
                        new Expectation.Event(OptionalInt.of(13), OptionalLong.of(0xffff_ffffL), OptionalLong.empty()),
                        "page-split", "file.c:function", new StateAfter(OptionalLong.empty(), Map.of(Gpr.RAX, 1L),
                                OptionalLong.empty(), StateAfter.DEFAULT_MASK, VectorRegisters.NONE,
                                X87Registers.NONE, Optional.empty(), List.of()), Optional.empty()));
        assertThat(expectation("{'outcome':'exception','error_code':'0x5','cr2':'0xffffffffffffffff'}")).isEqualTo(
                new Expectation.Exception(new Expectation.Event(OptionalInt.empty(), OptionalLong.of(5),
                        OptionalLong.of(-1)), StateAfter.AS_BEFORE, Optional.empty()));
        assertThat(expectation("{'outcome':'emulated','remaining':true}")).isEqualTo(
                new Expectation.Emulated(StateAfter.UNTOLD, true, Optional.empty()));
    }

    private static Expectation expectation(String text) {
        return only(("{'rip':'0x0','code':'','gla':'0x0','gpa':'0x0','expect':" + text + "}").replace('\'', '"'))
                .expectation().orElseThrow();
    }

    @Test
    void takesEmptyLinesAndCarriageReturnsAndIgnoresUnknownKeys() {
        String text = """
                {"traps":2,"version":1,"more":{"a":[1,{"b":null}]},"vemmio":"recording"}\r
                \r
                {"gpa":"0x1000","more":[[{}]],"gla":"0x2000","regs":{"rax":"0x7","cr8":1,"eax":"x"},\
                "segs":{"cs":"0x0","ldtr":{}},"vec":{"tmm0":"00","zmm32":7},"rip":"0x1","code":"90",\
                "mmio":[{"op":"w","when":1.5,"gpa":"0x1000","size":1,"value":"0x2"}],\
                "expect":{"outcome":"emulated","cycles":7,"regs":{"cr2":null}}}\r

                {"rip":"0x1","code":"90","gla":"0x2000","gpa":"0x1000"}""";
        try (RecordingReader reader = reader(text)) {
            assertThat(reader.header()).isEqualTo(new Recording("", "", "", 2));
            RecordedTrap trap = reader.next();
            assertThat(trap.line()).isEqualTo(3);
            assertThat(trap.cpu().gpr(Gpr.RAX)).isEqualTo(7);
            assertThat(trap.accesses()).containsExactly(DeviceAccess.write(0x1000, new byte[] {2}));
            assertThat(reader.next().line()).isEqualTo(5);
            assertThat(reader.hasNext()).isFalse();
        }
    }

    /// Nothing can be fetched behind the code, even where memory follows.
    @Test
    void codeEndsWhereItEnds() {
        RecordedTrap trap = only("""
                {"rip":"0x5000","code":"8b07","gla":"0x2000","gpa":"0x1000",\
                "mem":[{"gla":"0x5000","bytes":"909090"}]}""");
        byte[] code = new byte[15];
        assertThat(trap.memory().fetch(0x5000, code, 15)).isEqualTo(2);
    }

    @Test
    void readsNoMoreThanItNeeds() {
        byte[] header = """
                {"vemmio":"recording","version":1,"traps":1000000000}
                """.getBytes(StandardCharsets.UTF_8);
        byte[] line = """
                {"rip":"0x1","code":"90","gla":"0x2000","gpa":"0x1000"}
                """.getBytes(StandardCharsets.UTF_8);
        AtomicBoolean closed = new AtomicBoolean();
        long[] given = new long[1];
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                long at = given[0]++;
                return at < header.length ? header[(int) at] : line[(int) ((at - header.length) % line.length)];
            }

            @Override
            public void close() {
                closed.set(true);
            }
        };
        try (RecordingReader reader = RecordingReader.open("endless", endless)) {
            for (int i = 0; i < 10_000; i++) {
                assertThat(reader.next().rip()).isEqualTo(1);
            }
        }
        assertThat(given[0]).isLessThan(10_000L * line.length + (1 << 17));
        assertThat(closed).isTrue();
    }

    private static RecordedTrap only(String line) {
        try (RecordingReader reader = reader("{\"vemmio\":\"recording\",\"version\":1,\"traps\":1}\n" + line)) {
            RecordedTrap trap = reader.next();
            assertThat(reader.hasNext()).isFalse();
            return trap;
        }
    }

    private static RecordingReader reader(String text) {
        return RecordingReader.open("text", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }
}
