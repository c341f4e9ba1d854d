# Offers MediTrack to Windows as a program for links to phone numbers, for this person only.
# Windows asks which program to use when such a link is opened first, or under Settings, Apps, Default apps.
#   powershell -ExecutionPolicy Bypass -File register-calls.ps1 "C:\Program Files\MediTrack\meditrack.exe"
#   powershell -ExecutionPolicy Bypass -File register-calls.ps1 -Remove
param([string]$Program = "", [switch]$Remove)

$ErrorActionPreference = "Stop"
$Schemes = @("tel", "callto", "sip", "sips")
$Class = "HKCU:\Software\Classes\MediTrack.Call"
$Own = "HKCU:\Software\MediTrack"
$Registered = "HKCU:\Software\RegisteredApplications"

if ($Remove) {
    Remove-Item -Path $Class -Recurse -ErrorAction SilentlyContinue
    Remove-Item -Path "$Own\Capabilities" -Recurse -ErrorAction SilentlyContinue
    Remove-ItemProperty -Path $Registered -Name "MediTrack" -ErrorAction SilentlyContinue
    exit 0
}
if (-not (Test-Path -LiteralPath $Program -PathType Leaf)) {
    Write-Error "Name the program: register-calls.ps1 C:\...\meditrack.exe"
}
$Program = (Resolve-Path -LiteralPath $Program).Path

New-Item -Path "$Class\shell\open\command" -Force | Out-Null
Set-ItemProperty -Path $Class -Name "(default)" -Value "URL:Call"
Set-ItemProperty -Path $Class -Name "URL Protocol" -Value ""
Set-ItemProperty -Path "$Class\shell\open\command" -Name "(default)" -Value "`"$Program`" call `"%1`""

New-Item -Path "$Own\Capabilities\URLAssociations" -Force | Out-Null
Set-ItemProperty -Path "$Own\Capabilities" -Name "ApplicationName" -Value "MediTrack"
Set-ItemProperty -Path "$Own\Capabilities" -Name "ApplicationDescription" -Value "Shows who calls"
foreach ($Scheme in $Schemes) {
    Set-ItemProperty -Path "$Own\Capabilities\URLAssociations" -Name $Scheme -Value "MediTrack.Call"
}
if (-not (Test-Path $Registered)) { New-Item -Path $Registered | Out-Null }
Set-ItemProperty -Path $Registered -Name "MediTrack" -Value "Software\MediTrack\Capabilities"
