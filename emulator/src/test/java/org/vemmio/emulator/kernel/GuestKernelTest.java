package org.vemmio.emulator.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vemmio.emulator.kernel.Guest.BUG;
import static org.vemmio.emulator.kernel.Guest.GENERAL_PROTECTION;
import static org.vemmio.emulator.kernel.Guest.PANIC;
import static org.vemmio.emulator.kernel.Guest.TERMINATE;
import static org.vemmio.emulator.kernel.Guest.WARN;
import static org.vemmio.emulator.kernel.Guest.WARN_ONCE;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.vemmio.emulator.cpu.CpuState;
import org.vemmio.emulator.cpu.Gpr;
import org.vemmio.emulator.outcome.Action;
import org.vemmio.emulator.outcome.Ending;
import org.vemmio.emulator.outcome.Failure;
import org.vemmio.emulator.outcome.Outcome;
import org.vemmio.emulator.outcome.Recovery;
import org.vemmio.emulator.outcome.SourceLocation;
import org.vemmio.emulator.policy.Failures;
import org.vemmio.emulator.policy.Knobs;

class GuestKernelTest {
    private static final Knobs ON_WARN = Knobs.DEFAULT.withPanicOnWarn(true);
    private static final Knobs ON_OOPS = Knobs.DEFAULT.withPanicOnOops(true);
    private static final ExceptionTable TABLE = ExceptionTable.of(
            List.of(ExceptionEntry.of(Failures.RIP, Failures.RIP + 0x100, FixupType.DEFAULT)));

    private static Ending oops(int number) {
        return new Ending.Oops("Oops: VE fault: 0000 [#%d] PREEMPT SMP NOPTI".formatted(number));
    }

    private static Ending panicked(String message) {
        return new Ending.Panic(message);
    }

    @Test
    void warnsOncePerStatementWhateverTheInstruction() {
        Guest guest = Guest.create();
        assertThat(warned(guest, "mmio-decode-failed", "f3 66 ab")).isTrue();
        assertThat(warned(guest, "mmio-decode-failed", "0f c3 07")).isFalse();
        assertThat(warned(guest, "user-address", "8b 07")).isTrue();
        assertThat(guest.kernel.warnings()).isEqualTo(2);
        assertThat(guest.kernel.oopses()).isEqualTo(3);
        assertThat(guest.kernel.taint()).containsExactlyInAnyOrder(Taint.WARN, Taint.DIE);
        assertThat(guest.kernel.log()).extracting(LogEntry::getClass).<Object>containsExactly(
                LogEntry.Warning.class, LogEntry.Oops.class, LogEntry.Oops.class, LogEntry.Warning.class,
                LogEntry.Oops.class);
        assertThat(guest.kernel.log()).filteredOn(LogEntry.Warning.class::isInstance).extracting(LogEntry::place)
                .containsExactly(new SourceLocation("arch/x86/coco/tdx/tdx.c", 510, "handle_mmio"),
                        new SourceLocation("arch/x86/coco/tdx/tdx.c", 520, "handle_mmio"));
    }

    private static boolean warned(Guest guest, String reason, String code) {
        var outcome = (Outcome.GeneralProtection) guest.fail(Failures.of(reason, code), WARN_ONCE, Knobs.DEFAULT);
        return outcome.warned();
    }

    @Test
    void warnsEachTimeWhereTheRuleSaysSo() {
        Guest guest = Guest.create();
        guest.end(WARN, Knobs.DEFAULT);
        guest.end(WARN, Knobs.DEFAULT);
        assertThat(guest.kernel.warnings()).isEqualTo(2);
        assertThat(guest.kernel.oopses()).isEqualTo(2);
    }

    @Test
    void numbersTheOopses() {
        Guest guest = Guest.create();
        assertThat(guest.end(GENERAL_PROTECTION, Knobs.DEFAULT)).isEqualTo(oops(1));
        assertThat(guest.end(BUG, Knobs.DEFAULT))
                .isEqualTo(new Ending.Oops("Oops: invalid opcode: 0000 [#2] PREEMPT SMP NOPTI"));
        assertThat(guest.end(WARN_ONCE, Knobs.DEFAULT)).isEqualTo(oops(3));
    }

    static Stream<Arguments> deaths() {
        Context task = Context.task(7, "cat");
        Context interrupt = Context.interrupt(7, "cat");
        Knobs lastOops = Knobs.DEFAULT.withOopsLimit(1);
        return Stream.of(
                Arguments.of(task, Knobs.DEFAULT, oops(1)),
                Arguments.of(interrupt, Knobs.DEFAULT, panicked("Fatal exception in interrupt")),
                Arguments.of(Context.idle(3), Knobs.DEFAULT, panicked("Attempted to kill the idle task!")),
                Arguments.of(Context.init(), Knobs.DEFAULT, panicked("Attempted to kill init! exitcode=0x0000000b")),
                Arguments.of(task, ON_OOPS, panicked("Fatal exception")),
                Arguments.of(task, lastOops, panicked("Oopsed too often (kernel.oops_limit is 1)")),
                // Where several hold, the one that Linux asks first.
                Arguments.of(interrupt, ON_OOPS, panicked("Fatal exception in interrupt")),
                Arguments.of(Context.idle(0), ON_OOPS, panicked("Fatal exception")),
                Arguments.of(Context.idle(0), lastOops, panicked("Attempted to kill the idle task!")),
                Arguments.of(Context.init(), lastOops, panicked("Oopsed too often (kernel.oops_limit is 1)")));
    }

    @ParameterizedTest
    @MethodSource("deaths")
    void endsAnOopsByContextAndKnobs(Context context, Knobs knobs, Ending expected) {
        Guest guest = Guest.of(builder -> builder.context(context));
        assertThat(guest.end(GENERAL_PROTECTION, knobs)).isEqualTo(expected);
        assertThat(guest.kernel.panic()).isEqualTo(
                expected instanceof Ending.Panic panic ? Optional.of(panic) : Optional.empty());
        Guest other = Guest.of(builder -> builder.context(context));
        Ending bug = other.end(BUG, knobs);
        assertThat(bug).isEqualTo(expected instanceof Ending.Panic ? expected
                : new Ending.Oops("Oops: invalid opcode: 0000 [#1] PREEMPT SMP NOPTI"));
    }

    @Test
    void panicsAtTheLimitOfOopses() {
        Guest guest = Guest.create();
        Knobs three = Knobs.DEFAULT.withOopsLimit(3);
        assertThat(guest.end(GENERAL_PROTECTION, three)).isEqualTo(oops(1));
        assertThat(guest.end(GENERAL_PROTECTION, three)).isEqualTo(oops(2));
        assertThat(guest.end(GENERAL_PROTECTION, three))
                .isEqualTo(panicked("Oopsed too often (kernel.oops_limit is 3)"));
        assertThat(guest.kernel.oopses()).isEqualTo(3);
    }

    @Test
    void panicsAtTheLimitOfWarnings() {
        Guest guest = Guest.create();
        Knobs two = Knobs.DEFAULT.withWarnLimit(2);
        assertThat(guest.end(WARN, two)).isEqualTo(oops(1));
        assertThat(guest.end(WARN, two))
                .isEqualTo(panicked("kernel: system warned too often (kernel.warn_limit is 2)"));
        assertThat(guest.kernel.oopses()).isEqualTo(1);
    }

    @Test
    void panicsOnAWarningThatPrintsAndNoOther() {
        Guest guest = Guest.create();
        guest.end(WARN_ONCE, Knobs.DEFAULT);
        assertThat(guest.end(WARN_ONCE, ON_WARN)).isEqualTo(oops(2));
        assertThat(guest.end(GENERAL_PROTECTION, ON_WARN)).isEqualTo(oops(3));
        assertThat(guest.end(BUG, ON_WARN)).isInstanceOf(Ending.Oops.class);
        Outcome.Failed outcome = guest.fail("user-address", WARN_ONCE, ON_WARN);
        assertThat(outcome).isInstanceOfSatisfying(Outcome.GeneralProtection.class, gp -> {
            assertThat(gp.warned()).isTrue();
            assertThat(gp.ending()).isEqualTo(panicked("kernel: panic_on_warn set ..."));
        });
    }

    @Test
    void staysStopped() {
        Guest guest = Guest.create();
        Outcome.Failed first = guest.fail("private-address", PANIC);
        assertThat(first).isInstanceOf(Outcome.Panic.class);
        assertThat(Guest.ending(first)).isEqualTo(panicked("Unexpected EPT-violation on private memory."));
        List<LogEntry> log = guest.kernel.log();
        for (Action action : List.of(WARN, GENERAL_PROTECTION, BUG, PANIC, TERMINATE,
                new Action.Recover(new Recovery.Fixup()))) {
            Outcome.Failed later = guest.fail("string-move", action);
            assertThat(later).isInstanceOf(Outcome.Panic.class);
            assertThat(Guest.ending(later)).isEqualTo(Guest.ending(first));
        }
        assertThat(guest.fail("string-move", new Action.Propagate()))
                .isInstanceOf(Outcome.Propagated.class);
        assertThat(guest.kernel.log()).isEqualTo(log);
    }

    @Test
    void saysWhyItPanicsWhereLinuxHasNoWordsForIt() {
        assertThat(Guest.ending(Guest.create().fail("string-move", PANIC)))
                .isEqualTo(panicked("a string move"));
    }

    @Test
    void asksTheExceptionTableBeforeAnyoneElse() {
        List<DieEvent> events = new ArrayList<>();
        Guest guest = Guest.of(builder -> builder.exceptionTable(TABLE).notifier((event, _, _) -> events.add(event)));
        assertThat(guest.end(GENERAL_PROTECTION, Knobs.DEFAULT))
                .isEqualTo(new Ending.Fixup("default", Failures.RIP + 0x100));
        assertThat(guest.cpu.rip()).isEqualTo(Failures.RIP + 0x100);
        assertThat(events).isEmpty();
        assertThat(guest.kernel.log()).isEmpty();
    }

    @Test
    void warnsEvenWhereAFixupTakesOver() {
        Guest guest = Guest.of(builder -> builder.exceptionTable(TABLE));
        assertThat(guest.end(WARN_ONCE, Knobs.DEFAULT)).isInstanceOf(Ending.Fixup.class);
        assertThat(guest.kernel.log()).singleElement().isInstanceOf(LogEntry.Warning.class);
        assertThat(guest.kernel.taint()).containsExactly(Taint.WARN);
    }

    @Test
    void asksNotifiersInTurnUntilOneTakesTheEvent() {
        List<String> asked = new ArrayList<>();
        Guest guest = Guest.of(builder -> builder
                .notifier((event, _, _) -> {
                    asked.add("first " + event);
                    return false;
                })
                .notifier((event, failure, cpu) -> {
                    asked.add("second " + event + " " + failure.check().label());
                    cpu.setRip(cpu.rip() + 3);
                    return true;
                })
                .notifier((event, _, _) -> asked.add("third " + event)));
        assertThat(guest.end(GENERAL_PROTECTION, Knobs.DEFAULT)).isEqualTo(new Ending.Notified());
        assertThat(asked).containsExactly("first GPF", "second GPF mmio-decode-failed");
        assertThat(guest.cpu.rip()).isEqualTo(Failures.RIP + 3);
        assertThat(guest.kernel.log()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(DieEvent.class)
    void letsANotifierTakeAnyEvent(DieEvent wanted) {
        Guest guest = Guest.of(builder -> builder.notifier((event, _, _) -> event == wanted));
        Ending gp = guest.end(GENERAL_PROTECTION, ON_OOPS);
        assertThat(gp).isEqualTo(wanted == DieEvent.TRAP ? panicked("Fatal exception") : new Ending.Notified());
        assertThat(guest.kernel.taint().contains(Taint.DIE)).isEqualTo(wanted != DieEvent.GPF);
        Guest other = Guest.of(builder -> builder.notifier((event, _, _) -> event == wanted));
        Ending bug = other.end(BUG, ON_OOPS);
        assertThat(bug).isEqualTo(wanted == DieEvent.GPF ? panicked("Fatal exception") : new Ending.Notified());
    }

    @Test
    void sendsAUserProcessASignalAndAsksNobody() {
        Guest guest = Guest.of(builder -> builder.context(Context.task(42, "Xorg")).exceptionTable(TABLE)
                .notifier((_, _, _) -> true));
        guest.cpu.setCpl(3);
        guest.cpu.setGpr(Gpr.RSP, 0x7ffc_0000_1000L);
        Outcome.Failed outcome = guest.fail("user-mode-trap", GENERAL_PROTECTION, ON_OOPS);
        assertThat(Guest.ending(outcome)).isEqualTo(new Ending.Signal("SIGSEGV"));
        assertThat(guest.kernel.logText()).isEqualTo("""
                tdx: Unexpected #VE: 48
                traps: Xorg[42] VE fault ip:ffffffff81001abc sp:7ffc00001000 error:0
                """);
        assertThat(guest.cpu.rip()).isEqualTo(Failures.RIP);
        assertThat(guest.kernel.taint()).isEmpty();
    }

    @Test
    void limitsTheRateByTheClockItIsGiven() {
        AtomicLong now = new AtomicLong(1_000_000);
        Guest guest = Guest.of(builder -> builder.clock(now::get));
        guest.cpu.setCpl(3);
        for (int i = 0; i < 13; i++) {
            guest.fail("string-move", GENERAL_PROTECTION);
        }
        assertThat(guest.kernel.log()).hasSize(10);
        now.addAndGet(5_000);
        guest.fail("string-move", GENERAL_PROTECTION);
        assertThat(guest.kernel.log()).as("the interval is not over yet").hasSize(10);
        now.addAndGet(1);
        guest.fail("string-move", GENERAL_PROTECTION);
        assertThat(guest.kernel.log()).hasSize(12);
        assertThat(guest.kernel.log().get(10).lines()).containsExactly("show_signal: 4 callbacks suppressed");
    }

    @Test
    void beginsEachIntervalOfARateLimitAnew() {
        AtomicLong now = new AtomicLong();
        Guest guest = Guest.of(builder -> builder.clock(now::get));
        guest.cpu.setCpl(3);
        for (int missed : List.of(4, 2, 0, 7)) {
            for (int i = 0; i < 10 + missed; i++) {
                guest.fail("string-move", GENERAL_PROTECTION);
            }
            now.addAndGet(5_001);
        }
        assertThat(guest.kernel.log()).hasSize(4 * 10 + 2)
                .flatExtracting(LogEntry::lines).filteredOn(line -> line.endsWith("suppressed"))
                .containsExactly("show_signal: 4 callbacks suppressed", "show_signal: 2 callbacks suppressed");
    }

    @Test
    void printsTenOfARateLimitedLineWithoutAClock() {
        Guest guest = Guest.create();
        guest.cpu.setCpl(3);
        for (int i = 0; i < 30; i++) {
            assertThat(Guest.ending(guest.fail("string-move", GENERAL_PROTECTION)))
                    .isEqualTo(new Ending.Signal("SIGSEGV"));
        }
        assertThat(guest.kernel.log()).hasSize(10);
    }

    @Test
    void namesTheStatementOfTheHandlerThatFailed() {
        for (String reason : List.of("insn-decode-failed", "mmio-decode-failed",
                "user-mode", "device-refused")) {
            assertThat(warningOf(reason, "linux-sev")).as("%s", reason).startsWith("arch/x86/coco/sev/core.c:");
            assertThat(warningOf(reason, "linux-tdx-6.12")).as("%s", reason).startsWith("arch/x86/coco/tdx/tdx.c:");
        }
        assertThat(warningOf("no-address", "linux-sev"))
                .isEqualTo("arch/x86/coco/sev/core.c:1628 vc_do_mmio");
    }

    private static String warningOf(String reason, String handler) {
        Guest guest = Guest.create();
        Failure failure = Failures.of(reason, handler, Failures.trapped("", 0, Failures.RIP, Failures.GLA));
        guest.fail(failure, WARN, Knobs.DEFAULT);
        return guest.kernel.log().getFirst().place().toString();
    }

    @Test
    void leavesTheGuestAloneWhereItPropagates() {
        Guest guest = Guest.of(builder -> builder.exceptionTable(TABLE));
        CpuState before = CpuState.copyOf(guest.cpu);
        assertThat(guest.fail("string-move", new Action.Propagate()))
                .isInstanceOf(Outcome.Propagated.class);
        assertThat(guest.cpu).isEqualTo(before);
        assertThat(guest.kernel.log()).isEmpty();
    }

    @Test
    void leavesToTheEngineWhatIsTheEngines() {
        for (Recovery how : List.of(new Recovery.Skip(true), new Recovery.Handler("architectural"))) {
            assertThatThrownBy(() -> Guest.create().fail("string-move", new Action.Recover(how)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageEndingWith("needs an engine");
        }
    }

    @Test
    void givesUpTheOldestReportsOfAFullLog() {
        Guest guest = Guest.of(builder -> builder.logCapacity(3));
        for (int i = 0; i < 5; i++) {
            guest.end(GENERAL_PROTECTION, Knobs.DEFAULT);
        }
        assertThat(guest.kernel.droppedReports()).isEqualTo(2);
        assertThat(guest.kernel.log()).extracting(entry -> entry.lines().getFirst()).containsExactly(
                "Oops: VE fault: 0000 [#3] PREEMPT SMP NOPTI", "Oops: VE fault: 0000 [#4] PREEMPT SMP NOPTI",
                "Oops: VE fault: 0000 [#5] PREEMPT SMP NOPTI");
        assertThatThrownBy(() -> GuestKernel.builder().logCapacity(0).build())
                .isInstanceOf(IllegalArgumentException.class).hasMessage("a log holds at least 1 report, not 0");
    }

    @Test
    void keepsCountWhenManyProcessorsFailAtOnce() throws Exception {
        int processors = 8;
        int each = 250;
        Guest guest = Guest.create();
        List<CpuState> cpus = Stream.generate(() -> CpuState.copyOf(guest.cpu)).limit(processors).toList();
        CyclicBarrier start = new CyclicBarrier(processors);
        int warned = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(processors)) {
            List<Callable<Integer>> work = new ArrayList<>();
            for (CpuState cpu : cpus) {
                work.add(() -> {
                    start.await();
                    int prints = 0;
                    for (int i = 0; i < each; i++) {
                        Outcome outcome = guest.failOn(cpu, "mmio-decode-failed", WARN_ONCE);
                        prints += ((Outcome.GeneralProtection) outcome).warned() ? 1 : 0;
                    }
                    return prints;
                });
            }
            for (Future<Integer> prints : threads.invokeAll(work)) {
                warned += prints.get();
            }
        }
        assertThat(warned).isEqualTo(1);
        assertThat(guest.kernel.warnings()).isEqualTo(1);
        assertThat(guest.kernel.oopses()).isEqualTo(processors * each);
        List<LogEntry> log = guest.kernel.log();
        assertThat(log).hasSize(1 + processors * each);
        assertThat(log.getFirst()).isInstanceOf(LogEntry.Warning.class);
        for (int i = 1; i < log.size(); i++) {
            assertThat(log.get(i).lines().getFirst()).startsWith("Oops: VE fault: 0000 [#" + i + "]");
        }
    }
}
