package org.vemmio.emulator.scenario.run;

import java.util.List;
import java.util.Map;
import org.vemmio.emulator.recording.RecordedTrap;
import org.vemmio.emulator.scenario.Attribute;
import org.vemmio.emulator.scenario.Scenario;
import org.vemmio.emulator.scenario.ScenarioPolicy;
import org.vemmio.emulator.scenario.Step;

/// One scenario played once under one policy.
///
/// Nothing is shared between two runs, so that several threads may play at once; and no file, clock or chance decides
/// anything, so that the same scenario always comes to the same.
public final class ScenarioRun {
    private final Scenario scenario;
    private final ScenarioState state;
    private final GuestTraps traps = new GuestTraps();
    private final Conversion conversion;
    private final GuestSteps guest;
    private final HostSteps host;
    private final TrapSteps recorded;

    private ScenarioRun(Scenario scenario, ScenarioPolicy policy) {
        this.scenario = scenario;
        this.state = new ScenarioState(scenario, policy);
        this.conversion = new Conversion(state);
        this.guest = new GuestSteps(state, traps);
        this.host = new HostSteps(state);
        this.recorded = new TrapSteps(state);
    }

    /// Plays a scenario under a policy: the scenario's steps, then the policy's. A step is left out if the guest, or
    /// the host, whichever does it, is over by then.
    ///
    /// @param policy one of the scenario's, or one made of it
    /// @return what became of it, whether or not it is what the policy expects
    /// @throws IllegalArgumentException if a step names no page of the scenario or is not modelled for the machine, or
    ///     if the policy undoes a failed undo; a [org.vemmio.emulator.scenario.file.ScenarioReader] refuses such files
    /// @throws org.vemmio.decoder.ZydisException if the guest traps and the Zydis library cannot be had
    public static ScenarioResult play(Scenario scenario, ScenarioPolicy policy) {
        return new ScenarioRun(scenario, policy).run();
    }

    /// {@return what becomes of a scenario under each of its policies, in their order}
    ///
    /// @throws IllegalArgumentException as [#play]
    /// @throws org.vemmio.decoder.ZydisException as [#play]
    public static List<ScenarioResult> playAll(Scenario scenario) {
        return scenario.policies().stream().map(policy -> play(scenario, policy)).toList();
    }

    private ScenarioResult run() {
        scenario.steps().forEach(this::run);
        state.policy.steps().forEach(this::run);
        return state.finish(state.isGuestOver() ? Map.of() : new LaterAccesses(state, traps).all());
    }

    private void run(Step step) {
        if (step instanceof Step.ByHost ? state.isHostOver() : state.isGuestOver()) {
            return;
        }
        state.timeline.begin(step.text());
        Pages pages = state.pages;
        switch (step) {
            case Step.Convert(List<String> names, Attribute to) -> conversion.convert(pages.get(names), to);
            case Step.Change(String name, Attribute to) ->
                new PageChange(state, traps, conversion, pages.get(name), to).run();
            case Step.Release(List<String> names) -> conversion.release(pages.get(names));
            case Step.Free(List<String> names) -> guest.free(pages.get(names));
            case Step.GuestStore(List<String> names) -> guest.store(pages.get(names));
            case Step.GuestLoad(String name) -> guest.load(pages.get(name));
            case Step.Migrate _ -> guest.migrate();
            case Step.HostWrite(String name, _) -> host.write(pages.get(name));
            case Step.HostClear(String name) -> host.clear(pages.get(name));
            case Step.HostRead(String name) -> host.read(pages.get(name));
            case Step.Kexec _ -> host.kexec();
            case Step.Reboot _ -> host.reboot();
            case Step.ReplayTraps(_, List<RecordedTrap> traced) -> recorded.run(traced);
        }
    }
}
