import { Controller, Get, Header } from '@nestjs/common';
import { icon } from './icon.js';
import { liveScript } from './live-script.js';
import { styles } from './styles.js';

/** What the pages load. Kept in the code, so that a build needs to copy nothing. */
@Controller('assets')
export class AssetsController {
  @Get('sandbox.css')
  @Header('content-type', 'text/css; charset=utf-8')
  css(): string {
    return styles;
  }

  @Get('live.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  script(): string {
    return liveScript;
  }

  @Get('icon.svg')
  @Header('content-type', 'image/svg+xml')
  icon(): string {
    return icon;
  }
}
