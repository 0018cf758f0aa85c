/// Scenario files in YAML. The format, key by key, is described where its words are defined: in the package
/// [org.vemmio.emulator.scenario].
///
/// [ScenarioReader] opens a scenario, a file or one that comes with a jar, and the recordings it names;
/// `ScenarioParser` makes a [Scenario][org.vemmio.emulator.scenario.Scenario] of its nodes. Whatever is not as it
/// should be is a [ScenarioException] that names file, line and column: an unknown key, name or page, a number out of
/// range, a step that the machine does not have. Scenarios of our own lie in `testdata/scenarios`.
///
/// # To add a key
///
/// 1. The model first: the component of the record in [org.vemmio.emulator.scenario], with what holds where the file
///    does not say. A choice is an enum, whose constants name themselves ([Labels][org.vemmio.emulator.input.Labels]).
/// 2. `ScenarioParser`: the key in the list of the mapping it stands in, and a line that reads it, by `YamlFields`:
///    `value` with the default, `get` where there is none. A new step is a key of `STEPS` and a case of `step`.
/// 3. A row in the table of the package description of [org.vemmio.emulator.scenario].
/// 4. `MalformedScenarioTest`: a row for each mistake that can be made with it, with its place and message.
/// 5. A scenario in `testdata/scenarios` that needs it, with what must come out.
///
/// `vemmio scenario FILE` shows what comes of it, and exits with 1 where that is not what the file expects.
@NullMarked
package org.vemmio.emulator.scenario.file;

import org.jspecify.annotations.NullMarked;
