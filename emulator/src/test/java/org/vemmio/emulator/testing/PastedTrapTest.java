package org.vemmio.emulator.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vemmio.decoder.Decoder;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.TrapHandlers;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.TestTraps;
import org.vemmio.emulator.recording.TrapFilter;
import org.vemmio.emulator.recording.file.RecordingReader;
import org.vemmio.emulator.recording.file.RecordingWriter;
import org.vemmio.emulator.recording.replay.Replay;
import org.vemmio.emulator.recording.replay.ReplayResult;
import org.vemmio.emulator.recording.replay.Verdict;

/// From the kit to recordings, and from recordings to the kit.
class PastedTrapTest {
    private static final String LIBRARIES = System.getProperty("jdk.module.path", "") + File.pathSeparator
            + System.getProperty("java.class.path");

    @TempDir
    private Path folder;

    /// Compiles a class that has each trap in a method, and calls them.
    private List<HandmadeTrap> pasted(List<RecordedTrap> traps) throws Exception {
        StringBuilder source = new StringBuilder("""
                import org.vemmio.decoder.CodeMode;
                import org.vemmio.emulator.testing.HandmadeTrap;
                public class Pasted {
                """);
        for (int i = 0; i < traps.size(); i++) {
            source.append("    public static HandmadeTrap trap%d() {%n%s%nreturn trap; }%n".formatted(i,
                    HandmadeTrap.javaOf(traps.get(i))));
        }
        Path file = Files.writeString(folder.resolve("Pasted.java"), source.append("}\n"));
        StringWriter said = new StringWriter();
        PrintWriter out = new PrintWriter(said);
        int code = ToolProvider.findFirst("javac").orElseThrow().run(out, out, "-proc:none", "--class-path", LIBRARIES,
                "-d", folder.toString(), file.toString());
        assertThat(code).as(said.toString()).isZero();
        List<HandmadeTrap> made = new ArrayList<>();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()},
                PastedTrapTest.class.getClassLoader())) {
            Class<?> type = loader.loadClass("Pasted");
            for (int i = 0; i < traps.size(); i++) {
                Method method = type.getMethod("trap" + i);
                made.add((HandmadeTrap) method.invoke(null));
            }
        }
        return made;
    }

    /// Returns a trap without what no line of Java has.
    private static RecordedTrap bare(RecordedTrap trap) {
        RecordedTrap.Builder bare = RecordedTrap.builder().before(trap.before()).code(trap.code())
                .address(trap.gla(), trap.gpa()).privateAddress(trap.trap().privateAddress()).withoutPage();
        trap.guestMemory().windows().forEach(bare::window);
        trap.guestMemory().ranges().forEach(bare::memory);
        return bare.build();
    }

    private static List<RecordedTrap> some(String recording, String filter) {
        try (RecordingReader reader = RecordingReader.ofResource(recording); Decoder decoder = Decoder.open()) {
            TrapFilter.Selection selection = TrapFilter.parse(filter).start(decoder);
            return reader.stream().filter(selection::takes).toList();
        }
    }

    private static List<RecordedTrap> someOfEveryRecording() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../testdata/recordings"))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".jsonl.gz")).sorted()
                    .flatMap(name -> some(name.replace(".jsonl.gz", ""), "per-instruction=1,first=40").stream())
                    .toList();
        }
    }

    private static Outcome run(HandmadeTrap trap, String handler) {
        return trap.runToTheEnd(MmioEngine.builder().handler(TrapHandlers.named(handler))
                .policy(FailurePolicy.preset("propagate"))).getLast().outcome();
    }

    private static ReplayResult replay(RecordedTrap trap, String handler) {
        MmioEngine.Builder engine = MmioEngine.builder().handler(TrapHandlers.named(handler));
        try (Replay replay = Replay.builder().engine(engine).build()) {
            return replay.replay(trap);
        }
    }

    @Test
    void javaMakesTheTrapThatWasRecorded() throws Exception {
        List<RecordedTrap> traps = someOfEveryRecording();
        List<HandmadeTrap> made = pasted(traps);
        for (int i = 0; i < traps.size(); i++) {
            String java = HandmadeTrap.javaOf(traps.get(i));
            assertThat(made.get(i).toRecordedTrap()).as(java).isEqualTo(bare(traps.get(i)));
            assertThat(java.lines().skip(1)).as(java).allMatch(line -> line.length() <= 120);
            assertThat(made.get(i).toLine()).as(java).doesNotContain("\n");
            assertThat(TestTraps.of(made.get(i).toLine())).as(java).isEqualTo(bare(traps.get(i)));
        }
    }

    @Test
    void aPastedTrapComesToTheSameEnd() throws Exception {
        List<RecordedTrap> traps = someOfEveryRecording();
        List<HandmadeTrap> made = pasted(traps);
        int compared = 0;
        for (String handler : List.of("architectural", "linux-tdx", "linux-sev")) {
            for (int i = 0; i < traps.size(); i++) {
                ReplayResult expected = replay(traps.get(i), handler);
                // Of what disagrees a device may have been asked what no recorded access answers.
                if (expected.verdict() != Verdict.DISAGREED) {
                    compared++;
                    assertSameEnd(run(made.get(i), handler), expected.outcome(), traps.get(i));
                }
            }
        }
        assertThat(compared).isGreaterThan(traps.size());
    }

    private static void assertSameEnd(Outcome outcome, Outcome expected, RecordedTrap trap) {
        if (expected instanceof Outcome.Failed failed) {
            assertThat(((Outcome.Failed) outcome).failure().check()).isEqualTo(failed.failure().check());
        } else {
            assertThat(outcome).as(HandmadeTrap.javaOf(trap)).isEqualTo(expected);
        }
    }

    @Test
    void javaIsShort() {
        RecordedTrap trap = TestTraps.of("""
                {'rip':'0xffffffff81000000','code':'8b07cccccccccccccccccccccccccc','regs':{'rdi':'0xffffc90000000020',\
                'rflags':'0x2','rax':'0xffffffff'},'gla':'0xffffc90000000020','gpa':'0xfe000020','device':'lapic',\
                'mmio':[{'op':'r','gpa':'0xfe000020','size':4,'value':'0x11'}],'expect':{'outcome':'failure'}}""");
        assertThat(HandmadeTrap.javaOf(trap)).isEqualTo("""
                // 8b 07  mov eax, [rdi]; device lapic
                HandmadeTrap trap = HandmadeTrap.of("8b07").at(0x20).answers(0x11).registers("rax=ffffffff \
                rdi=ffffc90000000020");""");
        RecordedTrap refused = TestTraps.of("""
                {'rip':'0x0','code':'8b07','gla':'0x0','gpa':'0x0','map':[],\
                'expect':{'outcome':'failure','check':'device-refused'}}""");
        assertThat(HandmadeTrap.javaOf(refused)).endsWith("""
                HandmadeTrap trap = HandmadeTrap.of("8b07").withNothingBehind().at(0x0, 0x0).withoutDevices().\
                refusesAfter(0)
                        .registers("rip=0 rflags=0");""");
    }

    @Test
    void aTrapOfAKernelIsFourLines() {
        List<RecordedTrap> traps = some("linux-6.1-drivers-q35", "mode=64");
        List<Long> lines = IntStream.range(0, traps.size() / 100).mapToObj(i -> traps.get(100 * i))
                .map(trap -> HandmadeTrap.javaOf(trap).lines().skip(1).count()).sorted().toList();
        assertThat(lines.get(lines.size() / 2)).isLessThanOrEqualTo(4);
        assertThat(lines.get(lines.size() * 9 / 10)).isLessThanOrEqualTo(5);
    }

    @Test
    void x87StateComesAlong() throws Exception {
        RecordedTrap trap = TestTraps.of("""
                {'rip':'0x1000','code':'0f6f2f','regs':{'rdi':'0x2000'},'gla':'0x2000','gpa':'0x5000',\
                'x87':{'cw':4735,'sw':'0x6f00','tag':'0xc3ff','st0':'0000000000000080ff3f',\
                'st1':'00000000000000000000'},'mmio':[{'op':'r','gpa':'0x5000','size':8,'value':'0x1'}],\
                'expect':{'outcome':'emulated','rip':'0x1003','vec':{'mm5':'0100000000000000'},\
                'x87':{'sw':'0x4700','tag':0}}}""");
        HandmadeTrap made = pasted(List.of(trap)).getFirst();
        assertThat(made.toRecordedTrap()).isEqualTo(bare(trap));
        assertThat(made.run().toRecordedTrap().expectation()).isEqualTo(trap.expectation());
    }

    @Test
    void widthsAndMemoryComeAlong() throws Exception {
        RecordedTrap trap = TestTraps.of("""
                {'rip':'0x1000','code':'488b07','regs':{'rdi':'0x2000'},'gla':'0x2000','gpa':'0x5000',\
                'map':[{'gla':'0x2000','gpa':'0x5000','size':4096,'widths':7}],'mem':[{'gla':'0x9000','bytes':'0102'}],\
                'mmio':[{'op':'r','gpa':'0x5000','size':4,'value':'0x1'},{'op':'r','gpa':'0x5004','size':4,\
                'value':'0x2'}],'expect':{'outcome':'emulated','rip':'0x1003','regs':{'rax':'0x200000001'}}}""");
        HandmadeTrap made = pasted(List.of(trap)).getFirst();
        assertThat(made.toRecordedTrap()).isEqualTo(bare(trap));
        assertThat(made.run().toRecordedTrap().accesses()).isEqualTo(trap.accesses());
    }

    // From a run to a recording

    private static void assertReplays(RecordedTrap trap, String handler) {
        MmioEngine.Builder engine = MmioEngine.builder().handler(TrapHandlers.named(handler));
        try (Replay replay = Replay.builder().engine(engine).build()) {
            RecordedTrap read = TestTraps.of(RecordingWriter.line(trap));
            assertThat(read).isEqualTo(trap);
            assertThat(replay.replay(read).differences()).isEmpty();
        }
    }

    @Test
    void aRunBecomesARecordedTrap() {
        HandmadeTrap load = HandmadeTrap.of("48 8b 07").with("rdi", DEVICE).widths(4).answers(1, 2);
        RecordedTrap loaded = load.run().toRecordedTrap();
        assertThat(loaded.accesses()).hasSize(2);
        assertThat(loaded.expectation().orElseThrow().after().gprs()).containsOnlyKeys(0);
        assertReplays(loaded, "architectural");
        assertReplays(load.refusesAfter(1).run().toRecordedTrap(), "architectural");
        assertReplays(HandmadeTrap.of("a5").with("rsi", DEVICE).with("rdi", 0x1000).memory(0x1000, "00 00 00 00 00")
                .answers(0x1234).run().toRecordedTrap(), "architectural");
        assertReplays(HandmadeTrap.of("f3 a4").with("rcx", 1).with("rdi", DEVICE).with("rsi", DEVICE).holds("01")
                .run("linux-tdx", "linux-6.12").toRecordedTrap(), "linux-tdx");
        assertReplays(HandmadeTrap.of("8b 06").with("rsi", 0x1000).run().toRecordedTrap(), "architectural");
        List<TrapRun> runs = HandmadeTrap.of("f3 aa").with("rcx", 5).with("rdi", DEVICE)
                .runToTheEnd(MmioEngine.builder().repeatBound(2));
        RecordedTrap whole = TrapRun.toRecordedTrap(runs);
        assertThat(whole.accesses()).hasSize(5);
        assertReplays(whole, "architectural");
    }
}
