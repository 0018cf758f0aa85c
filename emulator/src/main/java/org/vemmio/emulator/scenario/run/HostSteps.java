package org.vemmio.emulator.scenario.run;

import org.vemmio.emulator.scenario.Attribute;
import org.vemmio.emulator.scenario.Machine;
import org.vemmio.emulator.scenario.ScenarioEnd;
import org.vemmio.emulator.scenario.ScenarioPolicy;
import org.vemmio.emulator.scenario.Witness;

/// What a host does to a guest's pages, and to itself.
final class HostSteps {
    private final ScenarioState state;

    HostSteps(ScenarioState state) {
        this.state = state;
    }

    void write(PageState page) {
        if (isStopped(page)) {
            return;
        }
        if (page.host == Attribute.PRIVATE) {
            if (state.machine == Machine.TDX_PARTIAL_WRITE) {
                page.damage = PageState.Damage.POISON;
                state.timeline.note("the line is poisoned; nobody is told");
            } else if (state.machine == Machine.TDX && page.damage == PageState.Damage.NONE) {
                page.damage = PageState.Damage.INTEGRITY;
            }
            state.loseData(page, "the host has written over them");
        }
    }

    void clear(PageState page) {
        if (isStopped(page)) {
            return;
        }
        if (page.host == Attribute.PRIVATE) {
            if (page.damage == PageState.Damage.POISON) {
                state.timeline.note("the poison is gone");
            }
            if (state.machine.isTdx()) {
                page.damage = PageState.Damage.INTEGRITY;
            }
            state.loseData(page, "the host has written over them");
        }
    }

    /// Whether the reverse map table stops a write by the host; its kernel has a fixup for the fault, or stops the
    /// process that wrote (Linux arch/x86/mm/fault.c).
    private boolean isStopped(PageState page) {
        if (state.machine != Machine.SEV_SNP || page.host != Attribute.PRIVATE) {
            return false;
        }
        state.hostFault("#PF (RMP) in the host at the write itself, fixed up; nothing is written");
        return true;
    }

    void read(PageState page) {
        if (page.damage == PageState.Damage.POISON) {
            state.hostFault("#MC in the host");
            state.stop(new ScenarioEnd.HostLost("machine check on a poisoned line"));
        } else {
            state.timeline.note(page.host == Attribute.SHARED
                    ? "it reads what is there" : "it reads nothing that it can use");
        }
    }

    void kexec() {
        if (state.policy.kexec() == ScenarioPolicy.Kexec.REFUSE) {
            state.timeline.add(new TimelineEvent.Refused("-EOPNOTSUPP"));
            state.knowledge.tell(Witness.HOST);
        } else {
            state.stop(new ScenarioEnd.Restarted("kexec"));
        }
    }

    void reboot() {
        state.pages.all().forEach(page -> page.damage = PageState.Damage.NONE);
        state.stop(new ScenarioEnd.Restarted("reboot"));
    }
}
