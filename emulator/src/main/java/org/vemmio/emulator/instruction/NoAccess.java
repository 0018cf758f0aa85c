package org.vemmio.emulator.instruction;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.emulator.operation.AccessPlan;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.Feature;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.operation.MmioOperation;

/// Instructions that name memory and access none: cache-line instructions, prefetches, and the no-operations with a
/// ModRM byte, the hints of opcodes 0F 18 to 0F 1F among them.
///
/// CLFLUSH, CLFLUSHOPT and CLWB are checked as the load of a byte is (Intel SDM vol. 2); the others never fault.
final class NoAccess {
    static final Family FAMILY = new Family("no device access", members());

    private NoAccess() {
    }

    private static Map<String, Family.Preparation> members() {
        Map<String, Family.Preparation> members = new TreeMap<>();
        for (String mnemonic : List.of("clflush", "clflushopt", "clwb")) {
            members.put(mnemonic, instruction -> prepare(instruction, true));
        }
        for (String mnemonic : List.of("cldemote", "nop", "prefetch", "prefetchit0", "prefetchit1", "prefetchnta",
                "prefetcht0", "prefetcht1", "prefetcht2", "prefetchw", "prefetchwt1")) {
            members.put(mnemonic, instruction -> prepare(instruction, false));
        }
        return members;
    }

    private static @Nullable MmioOperation prepare(Instruction instruction, boolean faults) {
        return instruction.memoryOperand().map(memory -> new Nothing(instruction, memory, faults)).orElse(null);
    }

    private static final class Nothing extends ArchitecturalOperation {
        private final AccessPlan firstByte;
        private final boolean faults;

        Nothing(Instruction instruction, MemoryOperand memory, boolean faults) {
            super(instruction, Feature.GENERAL);
            this.firstByte = AccessPlan.of(MemoryRef.of(instruction, memory), 1, false);
            this.faults = faults;
        }

        @Override
        protected void execute(Execution execution) {
            if (faults) {
                execution.locate(0, firstByte);
            }
        }
    }
}
