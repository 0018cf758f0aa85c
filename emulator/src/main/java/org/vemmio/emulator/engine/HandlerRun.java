package org.vemmio.emulator.engine;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.vemmio.decoder.CodeMode;
import org.vemmio.decoder.Decoder;
import org.vemmio.decoder.Decoding;
import org.vemmio.decoder.Instruction;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.MmioBus;
import org.vemmio.emulator.handler.TrapHandler;
import org.vemmio.emulator.memory.LinearMemory;
import org.vemmio.emulator.operation.Admission;
import org.vemmio.emulator.operation.Execution;
import org.vemmio.emulator.operation.FetchedCode;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.operation.OperationRefusal;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.CommonChecks;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;

/// The five stages with one handler: fetch, decode, admit, execute, commit. For one thread.
final class HandlerRun {
    private final TrapHandler handler;
    private final String name;
    private final Decoder decoder;
    private final AdmissionCache cache;
    private final Execution execution;
    private final byte[] code = new byte[Instruction.MAX_LENGTH + 1];
    private int count;
    private @Nullable Failure failure;

    HandlerRun(TrapHandler handler, Decoder decoder, EngineOptions options, MmioBus bus) {
        this.handler = handler;
        this.name = handler.name();
        this.decoder = decoder;
        this.cache = new AdmissionCache(options.cacheSize());
        this.execution = new Execution(bus, options.observer(), options.splitting(), options.repeatBound());
    }

    String handlerName() {
        return name;
    }

    /// Deals with a trap, and returns its outcome, or null if it failed: see [#failure].
    @Nullable Outcome handle(Trap trap, Cpu cpu, LinearMemory memory) {
        count = 0;
        Optional<Check> refusal = handler.refusesTrap(trap, cpu);
        if (refusal.isPresent()) {
            return fail(OperationRefusal.early(refusal.get(), ""), null, trap, cpu);
        }
        fetch(cpu, memory);
        CodeMode mode = handler.decodesAs(cpu.mode());
        if (count == 0 || count < Instruction.MAX_LENGTH && handler.needsAllBytes()) {
            return cutShort(decoder.decode(mode, code, 0, count), trap, cpu);
        }
        Admitted admitted = cache.get(mode, code, count);
        if (admitted == null) {
            admitted = admit(mode);
        }
        MmioOperation operation = admitted.operation();
        if (operation == null) {
            return refused(admitted.admission(), trap, cpu);
        }
        return switch (execution.run(operation, trap, cpu, memory)) {
            case COMPLETE -> admitted.emulated(operation, true, execution.effect());
            case INCOMPLETE -> admitted.emulated(operation, false, execution.effect());
            case FAULT, SINGLE_STEP -> execution.exception(operation, name);
            case REFUSED -> fail(execution.refused(), operation.decoding(), trap, cpu);
        };
    }

    private Admitted admit(CodeMode mode) {
        Decoding decoding = decoder.decode(mode, code, 0, count);
        Admitted admitted = new Admitted(name, handler.admit(new FetchedCode(Arrays.copyOf(code, count), decoding)));
        cache.put(mode, code, count, admitted);
        return admitted;
    }

    private @Nullable Outcome refused(Admission admission, Trap trap, Cpu cpu) {
        return switch (admission) {
            case Admission.Refusal refusal ->
                fail(OperationRefusal.early(refusal.check(), refusal.detail()), refusal.decoding(), trap, cpu);
            case Admission.Exception fault ->
                new Outcome.Exception(name, fault.decoding(), fault.vector(), 0, 0, false);
            case MmioOperation operation -> throw new IllegalArgumentException("admitted: " + operation);
        };
    }

    private @Nullable Outcome cutShort(Decoding decoding, Trap trap, Cpu cpu) {
        return handler.faultsOnFetch() ? fetchFault(decoding, cpu)
                : fail(OperationRefusal.early(CommonChecks.FETCH_FAULT,
                        "%d of %d bytes".formatted(count, Instruction.MAX_LENGTH)),
                        count == 0 ? null : decoding, trap, cpu);
    }

    /// Of a copy that fails the guest is told the address it began at.
    private Outcome fetchFault(Decoding decoding, Cpu cpu) {
        int errorCode = LinearMemory.PF_FETCH | (cpu.cpl() == 0 ? 0 : LinearMemory.PF_USER);
        return new Outcome.Exception(name, decoding, Outcome.Exception.PF, errorCode,
                cpu.linearRip(), false);
    }

    private void fetch(Cpu cpu, LinearMemory memory) {
        // A Linux handler copies from regs->ip alone: the same in 64-bit code, the only one that a kernel runs.
        count = memory.fetch(cpu.linearRip(), code, Instruction.MAX_LENGTH);
        Arrays.fill(code, count, code.length, (byte) 0);
    }

    /// Notes why a stage has refused; `decoding` is null where nothing was decoded.
    private @Nullable Outcome fail(OperationRefusal refused, @Nullable Decoding decoding, Trap trap, Cpu cpu) {
        failure = new Failure(handler.ladder().own(refused.check()), name, refused.detail(),
                new Failure.TrappedInstruction(Arrays.copyOf(code, count), decoding, cpu.rip(), trap.gla(),
                        trap.gpa(), cpu.cpl()), refused.kept());
        return null;
    }

    /// Returns why the last call of [#handle] returned null.
    Failure failure() {
        if (failure == null) {
            throw new IllegalStateException("no trap has failed");
        }
        return failure;
    }
}
