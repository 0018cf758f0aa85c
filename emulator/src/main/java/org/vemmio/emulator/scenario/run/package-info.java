/// Playing scenarios: [ScenarioRun#play] gives a [ScenarioResult], from the model alone and, where the guest traps, from
/// the engine.
///
/// | class | job |
/// |---|---|
/// | [ScenarioRun] | hands each [org.vemmio.emulator.scenario.Step] to what does it |
/// | `Conversion` | a batch of pages changes sides, in the order of machine and kernel; what follows a refusal |
/// | `PageChange` | one page changes sides in a given order, a load tried in every place between |
/// | `GuestSteps`, `HostSteps` | everything else that either does |
/// | `TrapSteps`, `GuestTraps` | recorded traps; the few traps that the other steps come to, asked of the engine once each |
/// | `LaterAccesses` | what an access to each page would do at the end |
/// | `PageAccess` | what a machine makes of an access: the first table of `org.vemmio.emulator.scenario`, as code |
/// | `ScenarioState` | how far the scenario has come; what happens in several of these parts at once: |
/// | `Pages`, `PageState` | the pages as they are now, and what was done to them behind the guest's back |
/// | `Timeline` | the step that goes on and its [TimelineEvent]s; from them the [TimelineEntry]s |
/// | `LossCount`, `Knowledge` | what the guest has lost so far; what has got out so far, and to whom |
///
/// A step changes pages, adds events, and counts; it decides nothing by what was printed. Every event is a line of the
/// timeline; what comes out is counted, not read from there, except for the rows of loads.
///
/// Nothing here reads a file; `org.vemmio.emulator.scenario` tells how to add a scenario, a step and a machine.
@NullMarked
package org.vemmio.emulator.scenario.run;

import org.jspecify.annotations.NullMarked;
