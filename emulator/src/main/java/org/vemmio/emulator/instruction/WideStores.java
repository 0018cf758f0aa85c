package org.vemmio.emulator.instruction;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.Instruction;
import org.vemmio.decoder.MemoryOperand;
import org.vemmio.decoder.Operand;
import org.vemmio.emulator.bytes.Bytes;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.cpu.Segment;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.operation.AccessPlan;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.Feature;
import org.vemmio.emulator.operation.MemoryRef;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.operation.TranslatedOperand;
import org.vemmio.emulator.outcome.Outcome;

/// Direct stores and enqueue stores (Intel SDM vol. 2, MOVDIRI, MOVDIR64B, ENQCMD, ENQCMDS).
final class WideStores {
    static final Family FAMILY = new Family("wide stores", Map.of(
            "movdiri", WideStores::store,
            "movdir64b", instruction -> line(instruction, WideStores::move),
            "enqcmd", instruction -> line(instruction, WideStores::enqueue),
            "enqcmds", instruction -> line(instruction, WideStores::enqueueSupervisor)));

    private static final int LINE = 64;
    /// A line is not subject to the alignment check.
    private static final int UNCHECKED = 1;
    private static final int RESERVED = 0x7ff0_0000;

    /// What becomes of a line of 64 bytes.
    @FunctionalInterface
    private interface LineStore {
        /// Does the whole instruction.
        ///
        /// @param from the source, of any alignment
        /// @param to the destination, whose linear address must be aligned
        void execute(Execution execution, AccessPlan from, AccessPlan to);
    }

    private WideStores() {
    }

    private static @Nullable MmioOperation store(Instruction instruction) {
        Source source = Source.of(instruction.operands().get(1));
        return source == null ? null : Store.of(instruction, source);
    }

    private static @Nullable MmioOperation line(Instruction instruction, LineStore store) {
        List<Operand> operands = instruction.operands();
        GprRef to = GprRef.of(operands.get(0));
        return operands.get(1) instanceof MemoryOperand memory && to != null
                ? new LineOperation(instruction, to, memory, store) : null;
    }

    private static final class LineOperation extends ArchitecturalOperation {
        private final AccessPlan from;
        private final AccessPlan to;
        private final LineStore store;

        LineOperation(Instruction instruction, GprRef to, MemoryOperand from, LineStore store) {
            super(instruction, Feature.GENERAL);
            this.from = new AccessPlan(MemoryRef.of(instruction, from), LINE, false, 1, UNCHECKED);
            MemoryRef line = MemoryRef.ofBase(Segment.ES, to.number(), instruction.addressWidth(), instruction.mode());
            this.to = new AccessPlan(line, LINE, true, LINE, UNCHECKED);
            this.store = store;
        }

        @Override
        protected void execute(Execution execution) {
            store.execute(execution, from, to);
        }
    }

    private static void move(Execution execution, AccessPlan from, AccessPlan to) {
        TranslatedOperand source = execution.open(0, from);
        TranslatedOperand destination = execution.open(1, to);
        byte[] line = execution.scratch(0);
        source.load(line);
        destination.store(line);
    }

    private static void enqueue(Execution execution, AccessPlan from, AccessPlan to) {
        if ((execution.cpu().pasid() & Cpu.PASID_VALID) == 0) {
            throw execution.fault(Outcome.Exception.GP, 0);
        }
        enqueue(execution, from, to, -1, (int) execution.cpu().pasid() & 0xf_ffff);
    }

    private static void enqueueSupervisor(Execution execution, AccessPlan from, AccessPlan to) {
        if (execution.cpu().cpl() != 0) {
            throw execution.fault(Outcome.Exception.GP, 0);
        }
        enqueue(execution, from, to, RESERVED, 0);
    }

    /// Stores a command whose first 4 bytes are those of the source together with `header`.
    ///
    /// @param reserved the bits of the source's first 4 bytes that must be 0
    private static void enqueue(Execution execution, AccessPlan from, AccessPlan to, int reserved, int header) {
        TranslatedOperand source = execution.open(0, from);
        TranslatedOperand destination = execution.locate(1, to);
        byte[] command = execution.scratch(0);
        source.load(command);
        long first = Bytes.get(command, 0, 4);
        if ((first & reserved) != 0) {
            throw execution.fault(Outcome.Exception.GP, 0);
        }
        Bytes.put(command, 0, 4, first | header);
        // A store to anything but an enqueue register is dropped, and asks for a retry.
        long gpa = destination.gpa();
        boolean taken = LinearMemory.isDevice(gpa) && execution.enqueue(gpa, command);
        execution.flags().set(Rflags.ARITHMETIC, taken ? 0 : Rflags.ZF);
    }
}
