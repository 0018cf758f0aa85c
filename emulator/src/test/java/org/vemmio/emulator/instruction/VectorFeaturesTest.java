package org.vemmio.emulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE;
import static org.vemmio.emulator.testing.HandmadeTrap.DEVICE_GPA;
import static org.vemmio.emulator.testing.VemmioAssertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.aggregator.ArgumentsAccessor;
import org.junit.jupiter.params.provider.CsvSource;
import org.vemmio.decoder.CodeMode;
import org.vemmio.emulator.cpu.Cpu;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Cr;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.cpu.Rflags;
import org.vemmio.emulator.engine.MmioEngine;
import org.vemmio.emulator.engine.TestMachine;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.testing.HandmadeTrap;
import org.vemmio.emulator.testing.TrapRun;

/// What must be switched on for vector instructions (Intel SDM vol. 2, 2.4 and 2.8, tables of the exception types;
/// vol. 3, tables 13-1 and 14-1; AMD APM vol. 4, MOVNTSS).
class VectorFeaturesTest {
    private static final long CR0 = new CpuState().cr0();
    private static final long EM = Cr.CR0_EM;
    private static final long TS = Cr.CR0_TS;

    private static final List<String> CODES =
            List.of("660f38300f", "0f6f0f", "0ff7ca", "f30f2b0f", "c5f8100f", "62f17c48100f", "c5f8900f");

    private static HandmadeTrap trap(String code) {
        return HandmadeTrap.of(code).with("rdi", DEVICE).holds("");
    }

    private static String outcome(HandmadeTrap trap) {
        TrapRun run = trap.run();
        if (run.outcome() instanceof Outcome.Exception fault) {
            assertThat(run).changedNothing().accesses().areNone();
            return Outcome.Exception.name(fault.vector());
        }
        assertThat(run).isEmulated();
        return "ok";
    }

    /// Columns: pmovzxbw xmm1, [rdi]; movq mm1, [rdi]; maskmovq mm1, mm2; movntss [rdi], xmm1; vmovups xmm1, [rdi];
    /// vmovups zmm1, [rdi]; kmovw k1, [rdi].
    @ParameterizedTest
    @CsvSource({
        //                      SSE  MMX  MMX  SSE4a VEX  EVEX opmask
        "'',                    ok,  ok,  ok,  ok,  ok,  ok,  ok",
        "EM,                    #UD, #UD, #UD, #UD, ok,  ok,  ok",
        "TS,                    #NM, #NM, #NM, #NM, #NM, #NM, #NM",
        "EM TS,                 #UD, #UD, #UD, #UD, #NM, #NM, #NM",
        "no OSFXSR,             #UD, ok,  ok,  #UD, ok,  ok,  ok",
        "no OSFXSR TS,          #UD, #NM, #NM, #UD, #NM, #NM, #NM",
        "no OSXSAVE,            ok,  ok,  ok,  ok,  #UD, #UD, #UD",
        "no OSXSAVE TS,         #NM, #NM, #NM, #NM, #UD, #UD, #UD",
        "XCR0=1,                ok,  ok,  ok,  ok,  #UD, #UD, #UD",
        "XCR0=3,                ok,  ok,  ok,  ok,  #UD, #UD, #UD",
        "XCR0=7,                ok,  ok,  ok,  ok,  ok,  #UD, #UD",
        "XCR0=67,               ok,  ok,  ok,  ok,  ok,  #UD, #UD",
        "XCR0=a7,               ok,  ok,  ok,  ok,  ok,  #UD, #UD",
        "XCR0=c7,               ok,  ok,  ok,  ok,  ok,  #UD, #UD",
        "XCR0=e7,               ok,  ok,  ok,  ok,  ok,  ok,  ok",
        "XCR0=7 TS,             #NM, #NM, #NM, #NM, #NM, #UD, #UD"})
    void isSwitchedOnInControlRegisters(ArgumentsAccessor row) {
        List<Object> outcomes = new ArrayList<>();
        for (String code : CODES) {
            outcomes.add(outcome(trap(code).cpu(cpu -> apply(cpu, row.getString(0)))));
        }
        assertThat(outcomes).isEqualTo(row.toList().subList(1, row.size()));
    }

    private static void apply(CpuState cpu, String settings) {
        for (String setting : settings.replace("no ", "no").split(" ")) {
            switch (setting) {
                case "" -> { }
                case "EM" -> cpu.setCr0(cpu.cr0() | EM);
                case "TS" -> cpu.setCr0(cpu.cr0() | TS);
                case "noOSFXSR" -> cpu.setCr4(cpu.cr4() & ~Cr.CR4_OSFXSR);
                case "noOSXSAVE" -> cpu.setCr4(cpu.cr4() & ~Cr.CR4_OSXSAVE);
                default -> cpu.setXcr0(Long.parseLong(setting.substring("XCR0=".length()), 16));
            }
        }
    }

    /// The processor looks at the control registers before it looks at the operand.
    @ParameterizedTest
    @CsvSource({"0f280f, #UD", "c5f8280f, ok", "62f17c48280f, ok"})
    void comesBeforeWhatIsWrongWithTheOperand(String code, String withEm) {
        assertThat(outcome(trap(code).with("rdi", DEVICE + 1).with("cr0", CR0 | EM)))
                .isEqualTo(withEm.equals("ok") ? "#GP" : withEm);
        assertThat(outcome(trap(code).with("rdi", 0x77_7000).with("cr0", CR0 | TS))).isEqualTo("#NM");
    }

    /// `movups xmm1, [di]`, `vmovups xmm1, [di]`, `vmovups zmm1, [di]`, `kmovw k1, [di]`, in 16-bit code.
    @ParameterizedTest
    @CsvSource({
        "0f100d,       ok, ok,  ok",
        "c5f8100d,     ok, #UD, #UD",
        "62f17c48100d, ok, #UD, #UD",
        "c5f8900d,     ok, #UD, #UD"})
    void vexAndEvexAreUnknownInRealAddressAndVirtual8086Mode(String code, String protectedMode, String real,
            String vm86) {
        assertThat(outcome(sixteenBit(code))).isEqualTo(protectedMode);
        assertThat(outcome(sixteenBit(code).with("cr0", CR0 & ~Cr.CR0_PE))).isEqualTo(real);
        assertThat(outcome(sixteenBit(code).cpl(3).with("rflags", Rflags.VM | 2))).isEqualTo(vm86);
    }

    private static HandmadeTrap sixteenBit(String code) {
        return trap(code).mode(CodeMode.CODE16).with("rdi", 0).with("ds", DEVICE_GPA);
    }

    /// Intel SDM vol. 1, 9.5.1: every MMX instruction but EMMS, also one that only reads MMX registers.
    @ParameterizedTest
    @CsvSource({
        "0f6f0f,     1",
        "0f7f0f,     1",
        "0fe70f,     1",
        "0ff7ca,     1",
        "0fc40f01,   1",
        "0fdb0f,     1",
        "660f6f0f,   0",
        "660ff7ca,   0",
        "660fc40f01, 0"})
    void mmxInstructionsEnterMmxState(String code, int times) {
        assertThat(timesMmxIsEntered(TestMachine.of(code).at(0))).isEqualTo(times);
    }

    @Test
    void anMmxInstructionThatFaultsDoesNotEnterMmxState() {
        assertThat(timesMmxIsEntered(TestMachine.of("0f6f0f").with(Gpr.RDI, 0x77_7000))).isZero();
    }

    private static int timesMmxIsEntered(TestMachine machine) {
        List<String> calls = new ArrayList<>();
        Cpu cpu = (Cpu) Proxy.newProxyInstance(Cpu.class.getClassLoader(), new Class<?>[] {Cpu.class},
                (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    try {
                        return method.invoke(machine.cpu, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        try (MmioEngine engine = machine.engine()) {
            engine.handle(machine.trap, cpu, machine.memory);
        }
        return (int) calls.stream().filter("enterMmx"::equals).count();
    }
}
