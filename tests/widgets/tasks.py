"""The tasks of the gallery: which widget, what is stored before and after, and what a person changes by hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

RUNBOOKS = Path(__file__).resolve().parent / "runbooks"


@dataclass(frozen=True)
class Task:
    """One widget with one thing to do. Values are what the page stores at the server, as JSON."""

    slug: str
    """The path of its page, and the name of its runbook."""
    bundle: str
    library: str
    control: str
    before: Any
    after: Any
    drift: Any
    """What somebody stores by hand afterwards: `check` must see it."""
    saves_itself: bool = False
    """The page has no Save button."""
    by_hand: str = ""
    """How a person does it, where runwright does not."""

    @property
    def package(self) -> str:
        """The npm package of the widget."""
        return PACKAGES[self.library]

    @property
    def runbook(self) -> Path:
        return RUNBOOKS / f"{self.slug}.yaml"


PACKAGES = {
    "react-select": "react-select",
    "MUI": "@mui/material",
    "MUI X Date Pickers": "@mui/x-date-pickers",
    "MUI X Data Grid": "@mui/x-data-grid",
    "Ant Design": "antd",
    "Radix": "radix-ui",
    "Headless UI": "@headlessui/react",
    "React Aria": "react-aria-components",
    "select2": "select2",
    "tom-select": "tom-select",
    "Shoelace": "@shoelace-style/shoelace",
    "AG Grid": "ag-grid-community",
    "Tabulator": "tabulator-tables",
    "DataTables": "datatables.net-dt",
    "flatpickr": "flatpickr",
    "react-datepicker": "react-datepicker",
    "Inputmask": "inputmask",
    "Cleave": "cleave.js",
    "CodeMirror": "codemirror",
    "Monaco": "monaco-editor",
    "TinyMCE": "tinymce",
    "Quill": "quill",
    "SortableJS": "sortablejs",
    "dnd-kit": "@dnd-kit/core",
}
"""The npm package of each library."""
COMPANY = {"company": "Acme", "seats": 5, "plan": "free"}

TASKS = (
    Task("react-select", "react_select", "react-select", "list", "Dublin", "Seoul", "Tokyo"),
    Task(
        "react-select-multi",
        "react_select",
        "react-select",
        "list of several, one chosen already",
        ["Tokyo"],
        ["Tokyo", "Seoul", "Osaka"],
        ["Tokyo", "Osaka"],
    ),
    Task(
        "react-select-not-searchable",
        "react_select",
        "react-select",
        "list without a text field",
        "Dublin",
        "Seoul",
        "Tokyo",
    ),
    Task(
        "react-select-async", "react_select", "react-select", "list that the server filters", "Dublin", "Osaka", "Tokyo"
    ),
    Task("react-select-grouped", "react_select", "react-select", "list in groups", "Dublin", "Mumbai", "Tokyo"),
    Task("mui-select", "mui", "MUI", "Select", "Dublin", "Seoul", "Tokyo"),
    Task(
        "mui-select-multiple",
        "mui",
        "MUI",
        "Select of several, with checkboxes",
        ["Tokyo"],
        ["Tokyo", "Seoul", "Osaka"],
        ["Seoul", "Osaka"],
    ),
    Task(
        "mui-autocomplete-chips",
        "mui",
        "MUI",
        "Autocomplete with chips, stays open",
        ["Tokyo"],
        ["Tokyo", "Seoul", "Osaka"],
        ["Tokyo", "Seoul"],
    ),
    Task(
        "mui-autocomplete-free-text",
        "mui",
        "MUI",
        "Autocomplete with text of one's own",
        ["ops"],
        ["ops", "urgent"],
        ["ops"],
    ),
    Task("mui-date-picker", "mui", "MUI X Date Pickers", "DatePicker", "2026-11-10", "2026-11-24", "2026-11-25"),
    Task("mui-switch", "mui", "MUI", "Switch that saves by itself", False, True, False, True),
    Task("mui-dialog", "mui", "MUI", "Dialog, with a Snackbar afterwards", "alpha", "beta", "gamma", True),
    Task("mui-data-grid-cell", "mui", "MUI X Data Grid", "a cell", {"Bob Byrd": 2}, {"Bob Byrd": 25}, {"Bob Byrd": 7}),
    Task("mui-data-grid-rows", "mui", "MUI X Data Grid", "rows", ["Ann Ames"], ["Ann Ames", "Cy Cole"], ["Cy Cole"]),
    Task("antd-select", "antd", "Ant Design", "Select with 4 options", "free", "business", "team"),
    Task("antd-select-500", "antd", "Ant Design", "Select with 500 options", 7, 342, 34),
    Task(
        "antd-select-multiple",
        "antd",
        "Ant Design",
        "Select of several",
        ["Releases"],
        ["Releases", "Billing", "Outages"],
        ["Releases", "Billing"],
    ),
    Task(
        "antd-table",
        "antd",
        "Ant Design",
        "Table with a fixed head and column",
        ["Person 3"],
        ["Person 25", "Person 3"],
        ["Person 3"],
    ),
    Task("antd-switch", "antd", "Ant Design", "Switch that saves by itself", True, False, True, True),
    Task("antd-popconfirm", "antd", "Ant Design", "Popconfirm", ["old", "new"], ["new"], ["old", "new"], True),
    Task(
        "antd-form",
        "antd",
        "Ant Design",
        "Form with required marks",
        COMPANY,
        {"company": "Acme Ltd", "seats": 40, "plan": "team"},
        {"company": "Acme Ltd", "seats": 4, "plan": "team"},
    ),
    Task("radix-select", "radix", "Radix", "Select", "UTC", "Asia/Seoul", "Europe/Berlin"),
    Task("radix-checkbox", "radix", "Radix", "Checkbox", False, True, False),
    Task("radix-switch", "radix", "Radix", "Switch that saves by itself", False, True, False, True),
    Task("radix-dialog", "radix", "Radix", "Dialog", "Ann", "Ann Ames", "Bob", True),
    Task("headless-listbox", "headless", "Headless UI", "Listbox", "Ann Ames", "Cy Cole", "Bob Byrd"),
    Task("headless-combobox", "headless", "Headless UI", "Combobox", "Ann Ames", "Di Dorn", "Bob Byrd"),
    Task("headless-switch", "headless", "Headless UI", "Switch that saves by itself", False, True, False, True),
    Task("aria-select", "aria", "React Aria", "Select", "Small", "Large", "Medium"),
    Task("aria-combobox", "aria", "React Aria", "ComboBox", "Small", "Huge", "Medium"),
    Task("aria-date-field", "aria", "React Aria", "DateField", "2026-11-10", "2026-12-24", "2026-12-25"),
    Task("aria-number-field", "aria", "React Aria", "NumberField", 5, 1200, 12),
    Task("select2", "select2", "select2", "list", "Dublin", "Seoul", "Tokyo"),
    Task(
        "select2-multiple",
        "select2",
        "select2",
        "list of several",
        ["Tokyo"],
        ["Seoul", "Tokyo", "Osaka"],
        ["Tokyo", "Osaka"],
    ),
    Task("tom-select", "tom_select", "tom-select", "list", "Dublin", "Seoul", "Tokyo"),
    Task(
        "tom-select-tags",
        "tom_select",
        "tom-select",
        "tags",
        ["Tokyo"],
        ["Tokyo", "Seoul", "Osaka"],
        ["Tokyo", "Osaka"],
    ),
    Task("shoelace-select", "shoelace", "Shoelace", "Select", "free", "business", "team"),
    Task(
        "shoelace-select-multiple",
        "shoelace",
        "Shoelace",
        "Select of several",
        ["free"],
        ["free", "team", "business"],
        ["free", "team"],
    ),
    Task("shoelace-switch", "shoelace", "Shoelace", "Switch that saves by itself", False, True, False, True),
    Task("ag-grid-cell", "ag_grid", "AG Grid", "a cell far down", {}, {"host-47": 2222}, {"host-47": 22}),
    Task(
        "ag-grid-checkbox",
        "ag_grid",
        "AG Grid",
        "a checkbox in a row",
        ["host-1"],
        ["host-1", "host-5"],
        ["host-1"],
    ),
    Task("tabulator", "tabulator", "Tabulator", "a cell", {"beta": 20}, {"beta": 250}, {"beta": 25}),
    Task(
        "data-tables",
        "data_tables",
        "DataTables",
        "a checkbox on a later page",
        ["Member 3"],
        ["Member 3", "Member 42"],
        ["Member 3"],
    ),
    Task("flatpickr", "flatpickr", "flatpickr", "date", "2026-11-10", "2026-11-24", "2026-11-25"),
    Task("react-datepicker", "datepicker", "react-datepicker", "date", "2026-11-10", "2026-11-24", "2026-11-25"),
    Task("inputmask", "masks", "Inputmask", "phone number", "(555) 000-1111", "(555) 123-4567", "(555) 123-4568"),
    Task("cleave", "masks", "Cleave", "card number", "1111222233334444", "4242424242424242", "4242424242424243"),
    Task(
        "codemirror",
        "codemirror",
        "CodeMirror",
        "code",
        "deny all\n",
        "allow 10.0.0.0/8\ndeny all",
        "allow all",
    ),
    Task("monaco", "monaco", "Monaco", "code", "echo old", "echo one\necho two", "echo one"),
    Task("tinymce", "tinymce", "TinyMCE", "formatted text", "<p>Old</p>", "<p>Imprint</p>", "<p>Imprint?</p>"),
    Task("quill", "quill", "Quill", "formatted text", "Hello", "Good morning", "Good evening"),
    Task(
        "sortable",
        "sortable",
        "SortableJS",
        "order",
        ["Mail", "Chat", "Phone"],
        ["Phone", "Mail", "Chat"],
        ["Mail", "Phone", "Chat"],
    ),
    Task(
        "dnd-kit",
        "dnd",
        "dnd-kit",
        "order",
        ["Mail", "Chat", "Phone"],
        ["Phone", "Mail", "Chat"],
        ["Mail", "Phone", "Chat"],
    ),
)
