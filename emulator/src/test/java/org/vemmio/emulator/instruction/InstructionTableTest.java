package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryKind;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

class InstructionTableTest {
    private static boolean touchesMemory(Instruction instruction) {
        return instruction.operands().stream()
                .anyMatch(operand -> operand instanceof MemoryOperand memory && memory.kind() != MemoryKind.AGEN);
    }

    @Test
    void everyEncodingThatTouchesMemoryIsExecutedOrOnTheListOfRefusedOnes() {
        Map<String, String> forgotten = new TreeMap<>();
        Set<String> executed = new TreeSet<>();
        Set<String> refused = new TreeSet<>();
        try (Decoder decoder = Decoder.open()) {
            EncodingSpace.decode(decoder, instruction -> {
                if (!touchesMemory(instruction)) {
                    return;
                }
                String mnemonic = instruction.mnemonic();
                boolean prepared = InstructionTable.prepare(instruction).isPresent();
                (prepared ? executed : refused).add(mnemonic);
                if (!prepared && InstructionTable.refusedFamily(mnemonic).isEmpty()) {
                    forgotten.putIfAbsent(mnemonic, instruction.toString());
                }
            });
        }
        assertThat(forgotten.values()).isEmpty();
        executed.removeAll(refused);
        assertThat(executed).as("executed in all forms")
                .allMatch(mnemonic -> InstructionTable.refusedFamily(mnemonic).isEmpty());
    }

    @Test
    void everyMnemonicThatIsSaidToBeExecutedIsInSomeForm() {
        TreeSet<String> idle = new TreeSet<>();
        InstructionTable.mnemonics().values().forEach(idle::addAll);
        try (Decoder decoder = Decoder.open()) {
            EncodingSpace.decode(decoder, instruction -> {
                if (idle.contains(instruction.mnemonic()) && InstructionTable.prepare(instruction).isPresent()) {
                    idle.remove(instruction.mnemonic());
                }
            });
        }
        // Zydis 4.0 takes these for no-operations.
        assertThat(idle).isSubsetOf("prefetchit0", "prefetchit1");
    }

    @Test
    void aMnemonicIsRefusedInOneFamily() {
        List<String> all = InstructionTable.refused().values().stream().flatMap(Collection::stream).toList();
        assertThat(all).doesNotHaveDuplicates().allMatch(mnemonic -> mnemonic.matches("[a-z][a-z0-9_]*"));
        assertThat(InstructionTable.refused()).allSatisfy((family, mnemonics) ->
                assertThat(mnemonics).as(family).isNotEmpty()
                        .allMatch(mnemonic -> InstructionTable.refusedFamily(mnemonic).orElseThrow().equals(family)));
    }

    @Test
    void theLargeFamiliesAreThere() {
        assertThat(InstructionTable.refused()).containsKeys("x87", "XSAVE and FXSAVE",
                "descriptor tables and system registers", "gather and scatter", "port string I/O", "VMX", "AMX",
                "control transfer", "control-flow enforcement", "vector arithmetic");
    }

    @ParameterizedTest
    @CsvSource({
        "0fae07, fxsave (XSAVE and FXSAVE)", "d907, fld (x87)", "0f0117, lgdt (descriptor tables and system registers)",
        "6c, insb (port string I/O)", "ff17, call (control transfer)", "ff2f, jmp (control transfer)",
        "8e1f, mov (segment registers)", "c4e271920417, vgatherdps (gather and scatter)",
        "0f5807, addps (vector arithmetic)", "c4e27b4b042f, tileloadd (AMX)",
        "480f38f607, wrssq (control-flow enforcement)", "0fc737, vmptrld (VMX)",
        "8fea78100703000000, bextr (TBM and LWP)", "8fe978010f, blcfill (TBM and LWP)"})
    void aRefusalNamesTheMnemonicAndItsFamily(String code, String detail) {
        TrapRun run = HandmadeTrap.of(code).with("rdi", DEVICE).run();
        assertThat(run).isPropagated().hasCheck("unsupported-instruction")
                .failure().hasDetail(detail);
        assertThat(run).accesses().areNone();
    }
}
