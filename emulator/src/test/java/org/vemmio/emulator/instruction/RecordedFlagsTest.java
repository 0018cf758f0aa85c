package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.FlagUse;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.recording.ByteRange;
import org.vemmio.emulator.recording.Expectation;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.recording.StateAfter;
import org.vemmio.emulator.recording.file.RecordingReader;

/// Runs what a real processor ran as it was recorded, with all flags set, and with all clear. The flags that the
/// instruction tests are as recorded; so the result must be too, and every flag that it does not write must stay.
class RecordedFlagsTest {
    private static final Set<String> FAMILIES = Set.of("moves", "stack", "arithmetic", "multiplication", "exchange");

    static Stream<Arguments> recorded() {
        Set<String> mnemonics = new TreeSet<>();
        FAMILIES.forEach(family -> mnemonics.addAll(InstructionTable.mnemonics().get(family)));
        Map<String, List<RecordedTrap>> integer = byMnemonic("x86-64-hardware-int");
        integer.keySet().retainAll(mnemonics);
        assertThat(integer).containsOnlyKeys(mnemonics);
        Map<String, List<RecordedTrap>> vector = byMnemonic("x86-64-hardware-vec");
        assertThat(vector).hasSize(108);
        return Stream.of(integer, vector).flatMap(traps -> traps.entrySet().stream())
                .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    private static Map<String, List<RecordedTrap>> byMnemonic(String recording) {
        Map<String, List<RecordedTrap>> traps = new TreeMap<>();
        try (RecordingReader reader = RecordingReader.ofResource(recording)) {
            reader.stream().forEach(trap ->
                    traps.computeIfAbsent(trap.mnemonic(), mnemonic -> new ArrayList<>()).add(trap));
        }
        return traps;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recorded")
    void flagsThatAreNotTestedDoNotMatter(String mnemonic, List<RecordedTrap> traps) {
        try (Decoder decoder = Decoder.open()) {
            for (RecordedTrap trap : traps) {
                FlagUse use = ((Instruction) decoder.decode(trap.mode(), trap.code())).flags();
                long free = Rflags.ARITHMETIC & ~use.tested();
                judge(trap, use, trap.before().rflags());
                judge(trap, use, trap.before().rflags() | free);
                judge(trap, use, trap.before().rflags() & ~free);
            }
        }
    }

    private static void judge(RecordedTrap trap, FlagUse use, long flags) {
        ByteRange backing = trap.backing().orElseThrow();
        MemoryDevice device = MemoryDevice.of(backing.bytes());
        DeviceMap bus = DeviceMap.builder().add(backing.address(), backing.size(), device).build();
        MemoryMap memory = trap.memory();
        CpuState cpu = trap.cpu();
        cpu.setRflags(flags);
        Outcome outcome;
        try (MmioEngine engine = MmioEngine.builder().bus(bus).build()) {
            outcome = engine.handle(trap.trap(), cpu, memory);
        }
        String about = "%s, flags %x".formatted(trap, flags);
        CpuState expected = trap.cpu();
        expected.setRflags(flags);
        switch (trap.expectation().orElseThrow()) {
            case Expectation.Exception faulted -> {
                assertThat(outcome).as(about).isInstanceOfSatisfying(Outcome.Exception.class,
                        fault -> assertThat(faulted.event().vector()).hasValue(fault.vector()));
                assertThat(device.contents()).as(about).isEqualTo(backing.bytes());
            }
            case Expectation.Emulated emulated -> {
                assertThat(outcome).as(about).isInstanceOf(Outcome.Emulated.class);
                StateAfter after = emulated.after();
                after.applyTo(expected);
                // What is undefined is taken as it comes.
                long written = use.written() & after.rflagsMask();
                long undefined = use.written() & ~after.rflagsMask();
                expected.setRflags(flags & ~use.written() | after.rflags().orElse(trap.before().rflags()) & written
                        | cpu.rflags() & undefined);
                assertThat(device.contents()).as(about).isEqualTo(after.backing().orElseThrow().bytes());
                for (ByteRange range : after.memory()) {
                    assertThat(memory.contents(range.address(), range.size())).as(about).isEqualTo(range.bytes());
                }
            }
            case Expectation.Failed failed -> throw new AssertionError("the processor refuses nothing: " + trap);
        }
        assertThat(cpu).as(about).isEqualTo(expected);
    }
}
