package org.vemmio.emulator.engine;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
import org.vemmio.emulator.operation.ExecutionResult;
import org.vemmio.emulator.operation.FetchedCode;
import org.vemmio.emulator.operation.MmioOperation;
import org.vemmio.emulator.operation.OperationRefusal;
import org.vemmio.emulator.outcome.Check;
import org.vemmio.emulator.outcome.CommonChecks;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.HandlerResult;
import org.vemmio.emulator.outcome.Outcome;

/// The five stages with one handler: fetch, decode, admit, execute, commit. For one thread.
final class HandlerRun {
    private final TrapHandler handler;
    private final String name;
    private final Decoder decoder;
    private final AdmissionCache cache;
    private final Execution execution;
    private final InstructionFetch fetched = new InstructionFetch();
    private final boolean describing;
    private final Supplier<Decoding> processorView = this::decode;

    HandlerRun(TrapHandler handler, Decoder decoder, EngineOptions options, MmioBus bus) {
        this.handler = handler;
        this.name = handler.name();
        this.decoder = decoder;
        this.describing = options.describing();
        this.cache = new AdmissionCache(options.cacheSize());
        this.execution = new Execution(bus, options.observer(), options.splitting(), options.repeatBound());
    }

    String handlerName() {
        return name;
    }

    /// Deals with a trap.
    HandlerResult handle(Trap trap, Cpu cpu, LinearMemory memory) {
        Optional<Check> refusal = handler.refusesTrap(trap, cpu);
        if (refusal.isPresent()) {
            fetched.clear();
            return fail(OperationRefusal.early(refusal.get(), ""), null, trap, cpu);
        }
        fetched.fetch(cpu, memory, handler.decodesAs(cpu.mode()));
        if (!fetched.isWhole() && (fetched.count() == 0 || handler.needsAllBytes())) {
            return cutShort(trap, cpu);
        }
        Admitted admitted = cache.get(fetched);
        if (admitted == null) {
            admitted = admit();
        }
        MmioOperation operation = admitted.operation();
        return operation == null ? refused(admitted.admission(), trap, cpu)
                : execute(admitted, operation, trap, cpu, memory);
    }

    private HandlerResult execute(Admitted admitted, MmioOperation operation, Trap trap, Cpu cpu,
            LinearMemory memory) {
        ExecutionResult result = execution.run(operation, trap, cpu, memory);
        // No switch over types: nearly every trap ends with the first, and a switch would cost more.
        if (result instanceof ExecutionResult.Done done) {
            return admitted.emulated(operation, done);
        }
        if (result instanceof OperationRefusal refusal) {
            return fail(refusal, admitted.decoding(operation, processorView), trap, cpu);
        }
        ExecutionResult.RaisedException raised = (ExecutionResult.RaisedException) result;
        return new Outcome.Exception(name, admitted.decoding(operation, processorView), raised.vector(),
                raised.errorCode(), raised.address(), raised.complete());
    }

    private Admitted admit() {
        FetchedCode code = describing ? new FetchedCode(fetched.code(), decode())
                : FetchedCode.undescribed(fetched.buffer(), fetched.count(), processorView);
        Admitted admitted = new Admitted(fetched, name, handler.admit(code));
        cache.put(fetched, admitted);
        return admitted;
    }

    private Decoding decode() {
        return decoder.decode(fetched.mode(), fetched.buffer(), 0, fetched.count());
    }

    private HandlerResult refused(Admission admission, Trap trap, Cpu cpu) {
        return switch (admission) {
            case Admission.Refusal refusal ->
                fail(OperationRefusal.early(refusal.check(), refusal.detail()), refusal.decoding(), trap, cpu);
            case Admission.Exception fault ->
                new Outcome.Exception(name, fault.decoding(), fault.vector(), 0, 0, false);
            case MmioOperation operation -> throw new IllegalArgumentException("admitted: " + operation);
        };
    }

    private HandlerResult cutShort(Trap trap, Cpu cpu) {
        Decoding decoding = decode();
        return handler.faultsOnFetch() ? fetchFault(decoding, cpu)
                : fail(OperationRefusal.early(CommonChecks.FETCH_FAULT,
                        "%d of %d bytes".formatted(fetched.count(), Instruction.MAX_LENGTH)),
                        fetched.count() == 0 ? null : decoding, trap, cpu);
    }

    /// Of a copy that fails the guest is told the address it began at.
    private Outcome.Exception fetchFault(Decoding decoding, Cpu cpu) {
        int errorCode = LinearMemory.PF_FETCH | (cpu.cpl() == 0 ? 0 : LinearMemory.PF_USER);
        return new Outcome.Exception(name, decoding, Outcome.Exception.PF, errorCode,
                cpu.linearRip(), false);
    }

    /// Tells why a stage has refused; `decoding` is null where nothing was decoded.
    private Failure fail(OperationRefusal refused, @Nullable Decoding decoding, Trap trap, Cpu cpu) {
        return new Failure(handler.ladder().own(refused.check()), name, refused.detail(),
                new Failure.TrappedInstruction(fetched.code(), decoding, cpu.rip(), trap.gla(), trap.gpa(), cpu.cpl()),
                refused.kept());
    }
}
