"""Settings: preset < synth.toml < environment < the caller; what means nothing is refused where it stands."""

from pathlib import Path

import pytest

from synth_assets.errors import UsageError
from synth_assets.project.project import Project
from synth_assets.project.sections.changes import ChangeSettings
from synth_assets.project.sections.partitions import Partitions

DEMO = "[presets.bronze.demo]\ncustomers = 9\nproducts = 8\norders = 7\ndays = 6\n"


@pytest.fixture
def load(tmp_path):
    """Load the settings of a project with this synth.toml and these variables."""

    def call(toml: str = "", **environ: str) -> Project:
        (tmp_path / "synth.toml").write_text(toml)
        return Project.here(tmp_path, environ)

    return call


def _all(project: Project) -> tuple:
    settings = project.settings
    sections = settings.section(Partitions), settings.section(ChangeSettings)
    return sections, settings.data_root, settings.volumes("bronze"), project.presets("bronze")


def _volumes(project: Project, **more) -> dict[str, int]:
    parameters = project.dataset("bronze", **more).parameters
    return {name: value for name, value in parameters.items() if name != "as_of"}


# precedence


def test_without_settings_the_preset_s_own_numbers_hold(load):
    project = load()
    assert project.dataset("bronze", "small").label == "small"
    assert project.dataset("bronze").label == "medium"
    assert project.settings.volumes("bronze") == {}


def test_each_layer_overrides_the_one_below_and_leaves_the_rest(load):
    toml = "[bronze]\ncustomers = 2\nproducts = 2\norders = 2\n"
    project = load(toml, SYNTH_BRONZE__PRODUCTS="3", SYNTH_BRONZE__ORDERS="3")
    expected = {"customers": 2, "products": 3, "orders": 4, "days": 30}
    assert _volumes(project, preset="small", volumes={"orders": 4}) == expected


def test_an_override_of_a_named_preset_is_stored_under_a_label_of_its_own(load):
    assert load("[bronze]\norders = 2\n").dataset("bronze", "small").label.startswith("custom-")
    assert load("[bronze]\norders = 5000\n").dataset("bronze", "small").label == "small"


@pytest.mark.parametrize(
    ("toml", "environ"),
    [
        ("[bronze]\nnum_customers = 1\nnum_products = 2\nnum_orders = 3\ndays_of_data = 4\n", {}),
        ("", {"NUM_CUSTOMERS": "1", "NUM_PRODUCTS": "2", "NUM_ORDERS": "3", "DAYS_OF_DATA": "4"}),
        (
            "bronze = { num_customers = 1, products = 9, num_orders = 3 }",
            {"NUM_PRODUCTS": "2", "SYNTH_BRONZE__DAYS": "4"},
        ),
    ],
)
def test_the_names_of_the_source_document_are_those_of_the_volumes(load, toml, environ):
    assert load(toml, **environ).settings.volumes("bronze") == {"customers": 1, "products": 2, "orders": 3, "days": 4}


def test_an_empty_variable_is_not_set(load):
    project = load(SYNTH_SEEDS="", SYNTH_DATA="", SYNTH_BRONZE__ORDERS="", SYNTH_CONFIG="")
    assert _all(project) == _all(load())


def test_variables_of_other_programs_are_not_read(load):
    project = load(PATH="/bin", synth_seeds="5", SYNTHESIS="x", _SYNTH_COMPLETE="bash_source")
    assert _all(project) == _all(load())


# seeds and partitions


@pytest.mark.parametrize(
    ("toml", "environ", "seeds"),
    [
        ("", {}, (42, 7, 1234)),
        ("[partitions]\nseeds = [5, -1]\n", {}, (5, -1)),
        ("[partitions]\nseeds = [5, -1]\n", {"SYNTH_SEEDS": "42, 7"}, (42, 7)),
        ("", {"SYNTH_SEEDS": "1_000"}, (1000,)),
    ],
)
def test_seeds_come_from_the_environment_else_the_file_else_the_default(load, toml, environ, seeds):
    assert load(toml, **environ).settings.section(Partitions).seeds == seeds


def test_a_partition_is_the_dataset_of_its_preset_and_seed(load):
    dataset = load(DEMO, SYNTH_SEEDS="42,-1").partition("bronze", "demo|-1")
    assert (dataset.label, dataset.seed) == ("demo", -1)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("small", "partition 'small' is not of the form PRESET|SEED"),
        ("smal|42", "preset 'smal' is unknown; did you mean 'small'"),
        ("small|99", "seed '99' is not one of this project's partitions (42, 7, 1234)"),
        ("small|042", "seed '042' is not one of this project's partitions"),
        ("small|x", "seed 'x' is not one of this project's partitions"),
    ],
)
def test_a_partition_that_is_not_configured_is_refused(load, key, said):
    with pytest.raises(UsageError) as error:
        load().partition("bronze", key)
    assert said in str(error.value)


def test_a_partition_never_has_other_volumes_than_its_presets(load):
    dataset = load("[bronze]\norders = 7\n", SYNTH_BRONZE__DAYS="9").partition("bronze", "small|42")
    assert (dataset.label, dataset.params.orders, dataset.params.days) == ("small", 5_000, 30)
    of_changes = load("[bronze]\norders = 7\n").change_dataset("bronze", "small-42")
    assert (of_changes.label, of_changes.params.orders) == ("small", 5_000)


def test_presets_of_half_a_billion_rows_are_partitions_only_where_the_settings_say_so(load):
    assert list(load(DEMO).partition_presets("bronze")) == ["small", "medium", "large", "demo"]
    with pytest.raises(UsageError, match=r"preset 'xlarge' is not one of this project's partitions \(small, medium"):
        load().partition("bronze", "xlarge|42")
    said = load('[partitions]\npresets = ["xlarge", "small"]\n')
    assert list(said.partition_presets("bronze")) == ["small", "xlarge"]
    assert said.partition("bronze", "xlarge|7").label == "xlarge"
    with pytest.raises(UsageError, match="Add it to presets in"):
        said.partition("bronze", "medium|42")
    assert list(load(SYNTH_PRESETS="medium").partition_presets("bronze")) == ["medium"]


# presets of the project's own


def test_a_preset_of_the_project_stands_beside_the_built_in_ones(load):
    project = load(DEMO)
    assert list(project.presets("bronze")) == ["small", "medium", "large", "xlarge", "demo"]
    assert _volumes(project, preset="demo") == {"customers": 9, "products": 8, "orders": 7, "days": 6}
    assert project.dataset("bronze", "demo").label == "demo"
    assert list(load().presets("bronze")) == ["small", "medium", "large", "xlarge"]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (DEMO.replace("demo", "small"), "line 1: preset 'small' of bronze exists already"),
        (DEMO.replace("demo", "Demo"), "line 1: preset 'Demo' of bronze can't be called so"),
        (DEMO.replace("demo", "'a|b'"), "line 1: preset 'a|b' of bronze can't be called so"),
        (DEMO.replace("demo", "custom-1"), "line 1: preset 'custom-1' of bronze can't be called so"),
        (DEMO.replace("days = 6\n", ""), "line 1: preset 'demo' of bronze lacks days"),
        ("[presets.bronze.demo]\n", "preset 'demo' of bronze lacks customers, products, orders, days"),
        (DEMO.replace("6", "0"), "line 5: presets.bronze.demo.days=0 is not allowed; it is a whole number from 1"),
        (DEMO.replace("9", "0"), "preset 'demo' of bronze: orders=7 with customers=0 contradict each other"),
        (DEMO + DEMO.replace("demo", "again"), "line 6: preset 'again' of bronze has the numbers of 'demo'"),
        (DEMO.replace("bronze", "bronz"), "line 1: setting of [presets] 'bronz' is unknown; did you mean 'bronze'"),
        (DEMO + "weeks = 1\n", "line 6: setting of [presets.bronze.demo] 'weeks' is unknown"),
        (DEMO + "num_orders = 8\n", "contradicts"),
    ],
)
def test_a_preset_that_cannot_be_one_is_refused_with_its_line(load, toml, said):
    with pytest.raises(UsageError) as error:
        load(toml)
    assert said in str(error.value)


# where the data lies


def test_the_data_root_is_data_beside_the_nearest_synth_toml_from_any_folder_below(tmp_path):
    below = tmp_path / "a/b"
    below.mkdir(parents=True)
    (tmp_path / "synth.toml").touch()
    (tmp_path / "a/pyproject.toml").touch()
    assert Project.here(below, {}).settings.data_root == tmp_path / "data"


def test_without_a_synth_toml_it_is_beside_the_nearest_pyproject_toml(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "pyproject.toml").touch()
    assert Project.here(tmp_path / "a", {}).settings.data_root == tmp_path / "data"


def test_without_a_project_it_is_in_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("synth_assets.project.settings_sources.project_root", lambda _: None)
    assert Project.here(tmp_path, {}).settings.data_root == tmp_path / "data"


def test_the_file_names_it_from_its_own_folder_and_the_environment_from_the_current_one(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "synth.toml").write_text('data = "lake"\n')
    assert Project.here(tmp_path / "a", {}).settings.data_root == tmp_path / "lake"
    assert Project.here(tmp_path / "a", {"SYNTH_DATA": "x"}).settings.data_root == tmp_path / "a/x"
    assert Project.here(tmp_path / "a", {"SYNTH_DATA": "/x"}).settings.data_root == Path("/x")


def test_synth_config_names_another_file_and_does_not_move_the_project(tmp_path):
    (tmp_path / "synth.toml").write_text("[bronze]\norders = 1\n")
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/other.toml").write_text("[bronze]\norders = 2\n")
    project = Project.here(tmp_path, {"SYNTH_CONFIG": "etc/other.toml"})
    assert project.settings.volumes("bronze") == {"orders": 2}
    assert project.settings.data_root == tmp_path / "data"


# change data


def test_change_data_has_one_small_dataset_by_the_day_unless_somebody_says_otherwise(load):
    changes = load().settings.section(ChangeSettings)
    assert (changes.datasets, changes.cadences) == (("small-42",), ("day",))
    toml = '[changes]\ndatasets = ["small-7", "demo-1"]\ncadences = ["hour", "day"]\nminute_days = 5\n'
    project = load(toml + DEMO, SYNTH_CHANGES__DATASETS="demo-1, medium-3")
    changes = project.settings.section(ChangeSettings)
    assert changes.datasets == ("demo-1", "medium-3")
    assert changes.cadences == ("day", "hour")
    assert changes.minute_days == 5
    dataset = project.change_dataset("bronze", "demo-1")
    assert (dataset.label, dataset.seed) == ("demo", 1)


def test_a_dataset_of_change_data_that_is_not_configured_is_refused(load):
    with pytest.raises(UsageError, match=r"dataset of change data 'small-43' is unknown; did you mean 'small-42'"):
        load().change_dataset("bronze", "small-43")


# what is refused

WRONG = [
    ('[changes]\ndatasets = [\n"smal-42"]\n', {}, "line 3: dataset 'smal-42' of change data is no PRESET-SEED"),
    ("", {"SYNTH_CHANGES__DATASETS": "small"}, "SYNTH_CHANGES__DATASETS: dataset 'small' of change data is no PRESET-"),
    ('[partitions]\npresets = ["small",\n"smal"]\n', {}, "line 3: preset 'smal' is unknown; did you mean 'small'"),
    ("", {"SYNTH_PRESETS": "small,huge"}, "SYNTH_PRESETS: preset 'huge' is unknown"),
    ("", {"SYNTH_PRESETS": "small,small"}, "SYNTH_PRESETS=small,small is not allowed; it is one or more names"),
    ("[partitions]\npresets = []\n", {}, "line 2: partitions.presets=[] is not allowed; it is one or more names"),
    ("", {"SYNTH_CHANGES__DATASETS": "small-42,small-42"}, "it is one or more datasets PRESET-SEED, each once"),
    ('[changes]\ncadences = ["week"]\n', {}, 'line 2: changes.cadences=["week"] is not allowed; it is some of day'),
    ("", {"SYNTH_CHANGES__MINUTE_DAYS": "0"}, "SYNTH_CHANGES__MINUTE_DAYS=0 is not allowed; it is a whole number"),
    ("[changes]\ndataset = 1\n", {}, "line 2: setting of [changes] 'dataset' is unknown; did you mean 'datasets'"),
    ("", {"SYNTH_SEEDS": "42,x"}, "SYNTH_SEEDS=42,x is not allowed; it is one or more whole numbers"),
    ("", {"SYNTH_SEEDS": "4.2"}, "SYNTH_SEEDS=4.2 is not allowed"),
    ("", {"SYNTH_SEEDS": ","}, "SYNTH_SEEDS=, is not allowed"),
    ("", {"SYNTH_SEEDS": "1,1"}, "SYNTH_SEEDS=1,1 is not allowed; it is one or more whole numbers, each once"),
    ("", {"SYNTH_SEED": "1"}, "environment variable 'SYNTH_SEED' is unknown; did you mean 'SYNTH_SEEDS'"),
    ("", {"SYNTH_SEED": ""}, "environment variable 'SYNTH_SEED' is unknown"),
    ("", {"SYNTH_BRONZE__ORDER": "1"}, "did you mean 'SYNTH_BRONZE__ORDERS'"),
    ("", {"SYNTH_BRONZE__ORDERS": "-1"}, "SYNTH_BRONZE__ORDERS=-1 is not allowed; it is a whole number from 0"),
    ("", {"SYNTH_BRONZE__ORDERS": "1.5"}, "SYNTH_BRONZE__ORDERS=1.5 is not allowed"),
    ("", {"NUM_ORDERS": "1", "SYNTH_BRONZE__ORDERS": "2"}, "SYNTH_BRONZE__ORDERS=2 contradicts NUM_ORDERS=1"),
    ("", {"SYNTH_CONFIG": "no.toml"}, "no.toml is no file"),
    ("[partitions]\nseeds = 5\n", {}, "synth.toml, line 2: partitions.seeds=5 is not allowed"),
    ("[partitions]\nseeds = []\n", {}, "synth.toml, line 2: partitions.seeds=[] is not allowed"),
    ("[partitions]\nseeds = [1, true]\n", {}, "synth.toml, line 2: partitions.seeds=[1, true] is not allowed"),
    ("[partitions]\nseed = [1]\n", {}, "line 2: setting of [partitions] 'seed' is unknown; did you mean 'seeds'"),
    ("\n[bronce]\norders = 5\n", {}, "line 2: setting 'bronce' is unknown; did you mean 'bronze'"),
    ("[bronze]\n\nordres = 5\n", {}, "line 3: setting of [bronze] 'ordres' is unknown; did you mean 'orders'"),
    ("bronze.ordres = 5\n", {}, "line 1: setting of [bronze] 'ordres' is unknown; did you mean 'orders'"),
    ("[bronze]\norders = 5.5\n", {}, "line 2: bronze.orders=5.5 is not allowed; it is a whole number from 0"),
    ("[bronze]\norders = true\n", {}, "line 2: bronze.orders=true is not allowed"),
    ('[bronze]\norders = "5"\n', {}, 'line 2: bronze.orders="5" is not allowed'),
    ("[bronze]\nnum_orders = -5\n", {}, "line 2: bronze.num_orders=-5 is not allowed"),
    ("[bronze]\norders = 5\nnum_orders = 6\n", {}, "line 3: bronze.num_orders=6 contradicts"),
    ("bronze = 5\n", {}, "line 1: bronze is a section, not a value"),
    ("data = 5\n", {}, "line 1: data=5 is not allowed; it is the path of a folder"),
    ("seeds = [\n", {}, "synth.toml is no valid TOML"),
]


@pytest.mark.parametrize(("toml", "environ", "said"), WRONG)
def test_what_is_no_setting_is_refused_with_its_line_or_variable(load, toml, environ, said):
    with pytest.raises(UsageError) as error:
        load(toml, **environ)
    message = str(error.value)
    assert said in message
    assert len(message.splitlines()) == 2


def test_another_name_of_a_parameter_is_refused_when_its_domain_is_asked_for(load):
    project = load(DAYS_OF_DATA="0")
    for asked in (project.domain, project.dataset, project.settings.volumes):
        with pytest.raises(UsageError) as error:
            asked("bronze")
        said = "DAYS_OF_DATA=0 is not allowed; it is a whole number from 1 to 3,650.\n  For example: DAYS_OF_DATA=365"
        assert str(error.value) == said


def test_a_file_that_cannot_be_read_as_text_is_refused(tmp_path):
    (tmp_path / "synth.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="is no valid TOML"):
        Project.here(tmp_path, {})


def test_a_dataset_of_an_unknown_domain_is_refused(load):
    with pytest.raises(UsageError, match="did you mean 'bronze'"):
        load().dataset("bronz")
