package org.vemmio.emulator.scenario.run;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Trap;
import org.vemmio.emulator.device.DeviceMap;
import org.vemmio.emulator.device.MemoryDevice;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.handler.linux.KernelVersion;
import org.vemmio.emulator.handler.linux.LinuxTdxHandler;
import org.vemmio.emulator.kernel.ExceptionEntry;
import org.vemmio.emulator.kernel.ExceptionTable;
import org.vemmio.emulator.kernel.FixupType;
import org.vemmio.emulator.kernel.GuestKernel;
import org.vemmio.emulator.memory.MemoryMap;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.policy.FailurePolicy;
import org.vemmio.emulator.scenario.Attribute;

/// What the handler of a Linux TDX guest makes of a #VE, asked of the engine itself.
final class GuestTraps {
    private static final long RIP = 0xffff_ffff_8100_0000L;
    private static final long NEIGHBOUR = 0xffff_8880_0000_1000L;
    private static final long PAGE = NEIGHBOUR + MemoryMap.PAGE_SIZE;
    private static final long GPA = 0x2000;
    private static final int WORD = 8;
    private static final byte NOP = (byte) 0x90;
    /// `mov rax, [rdi]`, as `load_unaligned_zeropad` has it too.
    private static final byte[] LOAD = {0x48, (byte) 0x8b, 0x07};
    /// `mov [rdi], rax`.
    private static final byte[] STORE = {0x48, (byte) 0x89, 0x07};
    private static final int FETCHED = 15;

    private final Map<Question, Answer> answers = new HashMap<>();

    private record Question(KernelVersion kernel, Attribute address, Kind kind) {
    }

    /// The accesses that are asked about.
    enum Kind {
        LOAD,
        STORE,
        /// An 8-byte load that begins three bytes before the page.
        ZEROPAD
    }

    /// What becomes of a trap.
    enum Result {
        /// The host answers it, as a device would.
        EMULATED,
        FIXUP,
        OOPS,
        PANIC
    }

    /// @param message of a panic or an oops
    record Answer(Result result, String message) {
    }

    Answer ask(KernelVersion kernel, Attribute address, Kind kind) {
        return answers.computeIfAbsent(new Question(kernel, address, kind), GuestTraps::answer);
    }

    private static Answer answer(Question question) {
        byte[] code = Arrays.copyOf(question.kind == Kind.STORE ? STORE : LOAD, FETCHED);
        Arrays.fill(code, LOAD.length, FETCHED, NOP);
        MemoryMap memory = MemoryMap.builder().ram(NEIGHBOUR, new byte[MemoryMap.PAGE_SIZE])
                .device(PAGE, GPA, MemoryMap.PAGE_SIZE).code(RIP, code).build();
        CpuState cpu = new CpuState();
        cpu.setRip(RIP);
        cpu.setGpr(Gpr.RDI, question.kind == Kind.ZEROPAD ? PAGE - 3 : PAGE);
        ExceptionTable table = question.kind != Kind.ZEROPAD ? ExceptionTable.empty()
                : ExceptionTable.of(List.of(ExceptionEntry.of(RIP, RIP + LOAD.length, FixupType.ZEROPAD)));
        Trap trap = new Trap(Trap.EPT_VIOLATION, 0, PAGE, GPA, question.address == Attribute.PRIVATE);
        try (MmioEngine engine = MmioEngine.builder().handler(LinuxTdxHandler.of(question.kernel))
                .policy(FailurePolicy.preset("linux-" + question.kernel.release()))
                .kernel(GuestKernel.builder().exceptionTable(table).build())
                .bus(DeviceMap.builder().add(GPA, WORD, MemoryDevice.of(new byte[WORD])).build()).build()) {
            return answer(engine.handle(trap, cpu, memory));
        }
    }

    private static Answer answer(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Emulated _ -> new Answer(Result.EMULATED, "");
            case Outcome.Panic(_, _, Ending.Panic(String message)) -> new Answer(Result.PANIC, message);
            case Outcome.GeneralProtection(_, _, _, Ending.Fixup _) -> new Answer(Result.FIXUP, "");
            case Outcome.GeneralProtection(_, _, _, Ending.Oops(String headline)) -> new Answer(Result.OOPS, headline);
            default -> throw new IllegalStateException("a kernel's load ended in " + outcome);
        };
    }
}
