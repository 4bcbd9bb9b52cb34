"""A table that is named by its path in a terminal: previewed, put right, brought in, taken back. Real processes."""

import json
from pathlib import Path

import pytest

from tests.platforms.process import command, environment

ROWS = "公司名称,电话,备注\n华为技术有限公司,13800138000,要快\n蓝海物流有限公司,1.38E+10,x\n,13700137000,\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "客户 名单.csv"
    path.write_text(ROWS, "utf-8")
    return path


def talk(folder: Path, *lines: str, role: str = "admin", lang: str = "zh") -> str:
    arguments = ("chat", "--as", "Ann", "--role", role, "--lang", lang)
    done = command(environment(folder / "data"), *arguments, typed="\n".join(lines) + "\n")
    assert done.returncode == 0, done.stderr
    return done.stdout


def customers(folder: Path) -> list[dict[str, object]]:
    done = command(environment(folder / "data"), "export", "-", "--kind", "customer")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_preview_correction_import_refused_rows(tmp_path: Path, table: Path) -> None:
    said = talk(tmp_path, f"导入 '{table}'", "备注 当作 需求", "导入")
    assert "3 行，当作客户" in said
    assert "新建 1 行，2 行进不来" in said
    assert "不导入：备注" in said
    assert "备注 → 需求：要快" in said
    assert "导入完了：新建客户 1" in said
    assert [(one["name"], one["needs"]) for one in customers(tmp_path)] == [("华为技术有限公司", "要快")]
    (refused,) = (tmp_path / "data" / "files").glob("*没进来的行*.csv")
    rows = refused.read_text("utf-8-sig").splitlines()
    assert rows[0] == "行,原因,公司名称,电话,备注"
    assert [row.split(",")[0] for row in rows[1:]] == ["3", "4"]


def test_the_file_of_refused_rows_comes_in_once_it_is_put_right(tmp_path: Path, table: Path) -> None:
    talk(tmp_path, f"'{table}'", "导入")
    (refused,) = (tmp_path / "data" / "files").glob("*没进来的行*.csv")
    right = refused.read_text("utf-8-sig").replace("1.38E+10", "13900139000").replace(",,1370", ",星河科技,1370")
    refused.write_text(right.replace("4,名称：缺少必填的值,,", "4,,星河科技,"), "utf-8")
    talk(tmp_path, f"'{refused}'", "导入")
    assert sorted(str(one["name"]) for one in customers(tmp_path)) == [
        "华为技术有限公司",
        "星河科技",
        "蓝海物流有限公司",
    ]


def test_all_of_it_is_one_undo(tmp_path: Path) -> None:
    table = tmp_path / "leads.csv"
    table.write_text("Company\n" + "".join(f"Fabrikam {n} Ltd\n" for n in range(2500)), "utf-8")
    said = talk(tmp_path, f"import {table}", "go ahead", lang="en")
    assert "customer: 2,500 new" in said
    assert len(customers(tmp_path)) == 2500
    assert "2,500" in talk(tmp_path, "undo the import", lang="en")
    assert customers(tmp_path) == []


def test_what_is_here_already_is_left_or_updated(tmp_path: Path, table: Path) -> None:
    talk(tmp_path, f"'{table}'", "导入")
    table.write_text(ROWS.replace("13800138000", "13811138111"), "utf-8")
    said = talk(tmp_path, f"'{table}'", "更新已有的")
    assert "已有 1 行（不动）" in said
    assert "更新客户 1" in said
    assert len(customers(tmp_path)) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"%PDF-1.7", "不是 CSV、XLSX"),
        (b"\xff\xff\x00\x80", "文字编码"),
        ("甲,乙\n1,2\n".encode(), "是哪种记录"),
    ],
    ids=["empty", "pdf", "bytes", "columns"],
)
def test_a_file_that_is_none_gets_a_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert said in talk(tmp_path, f"导入 {path}", "不导入")
    assert customers(tmp_path) == []


def test_who_records_for_themselves_has_to_ask_for_it(tmp_path: Path, table: Path) -> None:
    assert "当作客户" not in talk(tmp_path, f"'{table}'", role="rep")
    assert "当作客户" in talk(tmp_path, f"导入 '{table}'", role="rep")
