"""The texts of the consent page, in its languages. The English labels are those of the real page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ConsentTexts:
    """The texts of the consent page; ``{app}`` and ``{workspace}`` are placeholders for the names."""

    language: str
    banner: str
    title: str
    title_2026: str
    review: str
    where: str
    needs: str
    search: str
    view: str
    do: str
    nothing: str
    cancel: str
    allow: str
    no_bot: str

    def text(self, name: str, app: str, workspace: str) -> str:
        """The text of this name, with the placeholders filled in."""
        template: str = getattr(self, name)
        return template.replace("{app}", app).replace("{workspace}", workspace)


ENGLISH = ConsentTexts(
    language="en",
    banner="This app was created by a member of your workspace, {workspace}.",
    title="{app} is requesting permission to access the {workspace} Slack workspace",
    title_2026="Allow the '{app}' app to access Slack",
    review="Review app permissions",
    where="Where should {app} post?",
    needs="{app} requires a channel to post to as an app",
    search="Search for a channel",
    view="What will {app} be able to view?",
    do="What will {app} be able to do?",
    nothing="No channel of this name",
    cancel="Cancel",
    allow="Allow",
    no_bot="{app} has no bot user to install.",
)

# All of this is a guess, except for the ending of the last text: no Korean screenshot of the page was found.
KOREAN = ConsentTexts(
    language="ko",
    banner="이 앱은 {workspace} 워크스페이스의 멤버가 만들었습니다.",
    title="{app} 앱이 {workspace} Slack 워크스페이스에 대한 액세스 권한을 요청합니다",
    title_2026="'{app}' 앱이 Slack에 액세스하도록 허용",
    review="앱 권한 검토",
    where="{app} 앱이 어디에 게시해야 하나요?",
    needs="{app} 앱이 메시지를 올릴 채널을 고르세요",
    search="채널 검색",
    view="{app} 앱이 무엇을 볼 수 있나요?",
    do="{app} 앱이 무엇을 할 수 있나요?",
    nothing="이 이름의 채널이 없습니다",
    cancel="취소",
    allow="허용",
    no_bot="{app} 앱을 설치할 봇 사용자가 없습니다",
)
