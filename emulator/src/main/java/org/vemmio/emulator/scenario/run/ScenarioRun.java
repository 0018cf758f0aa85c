package org.vemmio.emulator.scenario.run;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.scenario.Attribute;
import org.vemmio.emulator.scenario.LaterAccess;
import org.vemmio.emulator.scenario.Machine;
import org.vemmio.emulator.scenario.MigrationControl;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.scenario.ScenarioEnd;
import org.vemmio.emulator.scenario.ScenarioPolicy;
import org.vemmio.emulator.scenario.Step;
import org.vemmio.emulator.scenario.Witness;

/// One scenario played once under one policy.
public final class ScenarioRun {
    private final Scenario scenario;
    private final ScenarioState course;
    private final GuestTraps traps = new GuestTraps();
    private final Conversion conversion;
    private final TrapSteps recorded;

    private ScenarioRun(Scenario scenario, ScenarioPolicy policy) {
        this.scenario = scenario;
        this.course = new ScenarioState(scenario, policy);
        this.conversion = new Conversion(course);
        this.recorded = new TrapSteps(course);
    }

    /// Plays a scenario under one of its policies, always with the same result.
    ///
    /// @return what became of it
    /// @throws org.vemmio.decoder.ZydisException if the guest traps and the Zydis library cannot be had
    public static ScenarioResult play(Scenario scenario, ScenarioPolicy policy) {
        return new ScenarioRun(scenario, policy).run();
    }

    /// {@return what becomes of a scenario under each of its policies, in order}
    ///
    /// @throws org.vemmio.decoder.ZydisException as [#play]
    public static List<ScenarioResult> playAll(Scenario scenario) {
        return scenario.policies().stream().map(policy -> play(scenario, policy)).toList();
    }

    private ScenarioResult run() {
        scenario.steps().forEach(this::run);
        course.policy.steps().forEach(this::run);
        Map<String, LaterAccess> touches = new TreeMap<>();
        course.pages().forEach(page -> touches.put(page.name, touch(page)));
        return course.account(touches);
    }

    private void run(Step step) {
        if (step instanceof Step.ByHost ? course.isHostOver() : course.isGuestOver()) {
            return;
        }
        course.begin(step.text());
        switch (step) {
            case Step.Convert(List<String> pages, Attribute to) -> conversion.convert(course.pages(pages), to);
            case Step.Change(String page, Attribute to) ->
                new PageChange(course, traps, conversion, course.page(page), to).run();
            case Step.Release(List<String> pages) -> conversion.release(course.pages(pages));
            case Step.Free(List<String> pages) -> free(course.pages(pages));
            case Step.GuestStore(List<String> pages) -> store(course.pages(pages));
            case Step.GuestLoad(String page) -> load(course.page(page));
            case Step.HostWrite(String page, _) -> hostWrite(course.page(page));
            case Step.HostClear(String page) -> hostClear(course.page(page));
            case Step.HostRead(String page) -> hostRead(course.page(page));
            case Step.Kexec _ -> kexec();
            case Step.Reboot _ -> reboot();
            case Step.Migrate _ -> migrate();
            case Step.ReplayTraps(_, List<RecordedTrap> list) -> recorded.run(list);
        }
    }

    private void free(List<PageState> pages) {
        List<PageState> leaked = pages.stream().filter(page -> page.owner == PageState.Owner.LEAKED).toList();
        pages.stream().filter(page -> !leaked.contains(page)).forEach(page -> page.owner = PageState.Owner.ALLOCATOR);
        if (!leaked.isEmpty()) {
            course.add(new Event.Noted("out of use for ever: " + Conversion.names(leaked)));
        }
    }

    private void store(List<PageState> pages) {
        List<PageState> owned = pages.stream().filter(page -> page.owner == PageState.Owner.ALLOCATOR).toList();
        if (owned.size() < pages.size()) {
            course.add(new Event.Noted("nobody owns "
                    + Conversion.names(pages.stream().filter(page -> !owned.contains(page)).toList())));
        }
        owned.forEach(this::store);
    }

    private void store(PageState page) {
        if (course.isGuestOver()) {
            return;
        }
        switch (PageAccess.of(course.machine, page, page.guest)) {
            case PRIVATE_MEMORY -> course.add(new Event.Noted(page.name + " is private"));
            case SHARED_MEMORY -> course.expose(page, "it is shared");
            case HOST_CONVERTS -> {
                page.convert(Attribute.SHARED);
                course.expose(page, "the host has made it shared");
            }
            case TRAP_ON_SHARED -> trappedStore(page, Attribute.SHARED);
            case TRAP_ON_PRIVATE -> trappedStore(page, Attribute.PRIVATE);
            case NOT_VALIDATED -> terminate();
            case DAMAGED -> lose(page);
        }
    }

    private void trappedStore(PageState page, Attribute address) {
        GuestTraps.Answer answer = traps.ask(course.policy.kernel(), address, GuestTraps.Kind.STORE);
        if (answer.result() == GuestTraps.Result.EMULATED) {
            course.expose(page, "the handler sends the value in a hypercall");
        } else {
            die(answer);
        }
    }

    private void load(PageState page) {
        switch (PageAccess.of(course.machine, page, page.guest)) {
            case PRIVATE_MEMORY, SHARED_MEMORY -> course.add(new Event.Noted("it reads what is there"));
            case HOST_CONVERTS -> {
                page.convert(Attribute.SHARED);
                course.loseData(page, "the host has made it shared");
            }
            case TRAP_ON_SHARED -> trappedLoad(Attribute.SHARED);
            case TRAP_ON_PRIVATE -> trappedLoad(Attribute.PRIVATE);
            case NOT_VALIDATED -> terminate();
            case DAMAGED -> lose(page);
        }
    }

    private void trappedLoad(Attribute address) {
        GuestTraps.Answer answer = traps.ask(course.policy.kernel(), address, GuestTraps.Kind.LOAD);
        if (answer.result() == GuestTraps.Result.EMULATED) {
            course.add(new Event.Noted("the host answers"));
        } else {
            die(answer);
        }
    }

    private void die(GuestTraps.Answer answer) {
        if (answer.result() == GuestTraps.Result.PANIC) {
            course.panic(answer.message());
        } else {
            course.log(answer.message());
            course.loseTask();
        }
    }

    private void terminate() {
        course.tell(Witness.HOST);
        course.stop(new ScenarioEnd.Terminated("#VC on a page that is not validated"));
    }

    private void lose(PageState page) {
        course.stop(new ScenarioEnd.GuestLost(page.damage == PageState.Damage.POISON
                ? "it reads a poisoned line" : "what it reads fails its integrity check"));
    }

    private void hostWrite(PageState page) {
        if (stopsHost(page)) {
            return;
        }
        if (page.host == Attribute.PRIVATE) {
            if (course.machine == Machine.TDX_PARTIAL_WRITE) {
                page.damage = PageState.Damage.POISON;
                course.add(new Event.Noted("the line is poisoned; nobody is told"));
            } else if (course.machine == Machine.TDX && page.damage == PageState.Damage.NONE) {
                page.damage = PageState.Damage.INTEGRITY;
            }
            course.loseData(page, "the host has written over them");
        }
    }

    private void hostClear(PageState page) {
        if (stopsHost(page)) {
            return;
        }
        if (page.host == Attribute.PRIVATE) {
            if (page.damage == PageState.Damage.POISON) {
                course.add(new Event.Noted("the poison is gone"));
            }
            if (course.machine.isTdx()) {
                page.damage = PageState.Damage.INTEGRITY;
            }
            course.loseData(page, "the host has written over them");
        }
    }

    /// Whether the reverse map table stops a write by the host; its kernel has a fixup for the fault, or stops the
    /// process that wrote (Linux arch/x86/mm/fault.c).
    private boolean stopsHost(PageState page) {
        if (course.machine != Machine.SEV_SNP || page.host != Attribute.PRIVATE) {
            return false;
        }
        course.add(new Event.HostFault("#PF (RMP) in the host at the write itself, fixed up; nothing is written"));
        course.tell(Witness.HOST);
        return true;
    }

    private void hostRead(PageState page) {
        if (page.damage == PageState.Damage.POISON) {
            course.add(new Event.HostFault("#MC in the host"));
            course.tell(Witness.HOST);
            course.stop(new ScenarioEnd.HostLost("machine check on a poisoned line"));
        } else {
            course.add(new Event.Noted(page.host == Attribute.SHARED
                    ? "it reads what is there" : "it reads nothing that it can use"));
        }
    }

    private void kexec() {
        if (course.policy.kexec() == ScenarioPolicy.Kexec.REFUSE) {
            course.add(new Event.Refused("-EOPNOTSUPP"));
            course.tell(Witness.HOST);
        } else {
            course.stop(new ScenarioEnd.Restarted("kexec"));
        }
    }

    private void reboot() {
        course.pages().forEach(page -> page.damage = PageState.Damage.NONE);
        course.stop(new ScenarioEnd.Restarted("reboot"));
    }

    private void migrate() {
        course.add(new Event.Answered(course.migration()));
        if (course.migration() != MigrationControl.READY) {
            course.tell(Witness.MIGRATION);
            return;
        }
        for (PageState page : course.pages()) {
            if (page.guest != page.host) {
                course.loseData(page, "moved as %s memory, which it is not".formatted(page.host.label()));
            }
        }
    }

    private LaterAccess touch(PageState page) {
        if (!page.present) {
            return LaterAccess.PAGE_FAULT;
        }
        return switch (PageAccess.of(course.machine, page, page.guest)) {
            case PRIVATE_MEMORY -> LaterAccess.PRIVATE_MEMORY;
            case SHARED_MEMORY -> LaterAccess.SHARED_MEMORY;
            case TRAP_ON_SHARED -> touch(Attribute.SHARED);
            case TRAP_ON_PRIVATE -> touch(Attribute.PRIVATE);
            case NOT_VALIDATED -> LaterAccess.TERMINATED;
            case HOST_CONVERTS -> LaterAccess.HOST_CONVERTS;
            case DAMAGED -> LaterAccess.GUEST_LOST;
        };
    }

    private LaterAccess touch(Attribute address) {
        return switch (traps.ask(course.policy.kernel(), address, GuestTraps.Kind.LOAD).result()) {
            case EMULATED -> LaterAccess.HOST_ANSWERS;
            case OOPS -> LaterAccess.OOPS;
            case PANIC -> LaterAccess.PANIC;
            case FIXUP -> throw new IllegalStateException("an ordinary load has no fixup");
        };
    }
}
